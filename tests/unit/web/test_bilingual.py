from dataclasses import dataclass

from market.web.bilingual import Bilingual


@dataclass(frozen=True, slots=True)
class Item(Bilingual):
    name: str
    name_en: str


def test_a_text_is_in_the_reader_s_language_and_chinese_when_there_is_no_other() -> None:
    item = Item("水土保持方案编制", "Soil conservation plan")
    assert item.text("name", "en") == "Soil conservation plan"
    assert item.text("name", "zh_CN") == "水土保持方案编制"
    assert Item("水土保持方案编制", "").text("name", "en") == "水土保持方案编制"
