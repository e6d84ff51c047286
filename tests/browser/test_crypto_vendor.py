"""The bundles are what their sources give: nobody edited one side alone."""

import pytest

from tests.browser.vendored import MANIFEST, STATIC, current, read


def test_outputs_and_sources_are_those_of_the_manifest() -> None:
    manifest = read()
    assert {part: manifest[part] for part in ("sources", "outputs")} == current()


def test_every_bundle_has_an_entry_and_every_entry_a_bundle() -> None:
    entries = {path.stem for path in (STATIC / "crypto" / "bundles").glob("*.js")}
    assert entries == {path.stem for path in (STATIC / "vendor").glob("*.js")}


def test_packages_are_pinned_and_their_licences_enclosed() -> None:
    manifest = read()
    licences = (MANIFEST.parent / "LICENSES.txt").read_text("utf-8")
    for package in manifest["inputs"]:
        name = f"{package['name']}@{package['version']}"
        assert f" {name}" in manifest["rebuild"][0]
        if package["bundled"]:
            assert f"{package['name']} {package['version']} ({package['licence']})" in licences


@pytest.mark.parametrize("bundle", ["seal", "sign", "check", "order"])
def test_bundles_work_under_a_strict_policy(bundle: str) -> None:
    text = (STATIC / "vendor" / f"{bundle}.js").read_text("utf-8")
    for forbidden in ("eval(", "new Function", "http://", "https://"):
        assert forbidden not in text


def test_a_changed_source_is_noticed(tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> None:
    before = current()["sources"]
    changed = "0" * 64
    monkeypatch.setattr("tests.browser.vendored.sha256", lambda _path: changed)
    assert set(current()["sources"].values()) == {changed}
    assert current()["sources"] != before
