"""Files as strangers send them: good ones with something in them that tells, and hostile ones."""

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping

import pikepdf
import xlsxwriter
from pikepdf import Array, Dictionary, Name, String
from PIL import Image

WHO = "张三-的电脑"
_OFFICE = "http://schemas.openxmlformats.org/"
_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml."
_RELATION = _OFFICE + "officeDocument/2006/relationships/"


def saved(pdf: pikepdf.Pdf, **how: object) -> bytes:
    made = io.BytesIO()
    pdf.save(made, **how)  # type: ignore[arg-type]  # as pikepdf's own
    return made.getvalue()


def blank() -> pikepdf.Pdf:
    """Give a PDF of one page that tells who made it, in four places."""
    pdf = pikepdf.new()
    page = pdf.add_blank_page()
    page.obj.PieceInfo = Dictionary(Word=Dictionary(LastModified=String(WHO)))
    page.obj.Contents = pdf.make_stream(b"BT ET")
    pdf.docinfo["/Author"] = WHO
    with pdf.open_metadata() as told:
        told["dc:publisher"] = {WHO}
    return pdf


def pdf(**root: object) -> bytes:
    made = blank()
    for name, value in root.items():
        made.Root[f"/{name}"] = value
    return saved(made)


def pdf_with_script() -> bytes:
    return pdf(OpenAction=Dictionary(S=Name.JavaScript, JS=String("app.alert(1)")))


def pdf_with_deep_script() -> bytes:
    """Give one whose script stands three direct levels inside an array."""
    action = Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))
    return pdf(Names=Dictionary(Kids=Array([Array([Dictionary(A=action)])])))


def pdf_with_file() -> bytes:
    made = blank()
    made.attachments["x.exe"] = b"MZ"
    return saved(made)


def pdf_locked(user: str = "") -> bytes:
    return saved(blank(), encryption=pikepdf.Encryption(owner="o", user=user))


def pdf_of_stream(data: bytes, filters: Name | Array) -> bytes:
    made = blank()
    stream = made.make_stream(b"")
    stream.write(data, filter=filters)
    made.pages[0].obj.Contents = stream
    level = pikepdf.StreamDecodeLevel.none
    return saved(made, stream_decode_level=level, compress_streams=False)


def pdf_bomb(size: int) -> bytes:
    return pdf_of_stream(zlib.compress(bytes(size), 9), Name.FlateDecode)


def pdf_double_bomb() -> bytes:
    packed = zlib.compress(zlib.compress(bytes(1 << 24), 9), 9)
    return pdf_of_stream(packed, Array([Name.FlateDecode, Name.FlateDecode]))


def pdf_signed() -> bytes:
    made = blank()
    signature = Dictionary(
        Type=Name.Sig, Contents=String("0" * 64), ByteRange=Array([0, 10, 20, 30])
    )
    field = Dictionary(FT=Name.Sig, T=String("S"), V=made.make_indirect(signature))
    made.Root.AcroForm = Dictionary(Fields=Array([made.make_indirect(field)]), SigFlags=3)
    return saved(made)


def zipped(parts: Mapping[str, bytes | str]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return made.getvalue()


def relations(*rows: tuple[str, str, str], outside: bool = False) -> str:
    """Give a relationships part from id, type and target."""
    mode = ' TargetMode="External"' if outside else ""
    said = "".join(
        f'<Relationship Id="{id_}" Type="{_RELATION}{sort}" Target="{target}"{mode}/>'
        for id_, sort, target in rows
    )
    return f'<Relationships xmlns="{_OFFICE}package/2006/relationships">{said}</Relationships>'


def docx(body: str = "", main: str = "document.main+xml", **parts: bytes | str) -> bytes:
    """Give a Word file; ``parts`` are further ones, or others in place of those that it has."""
    word = _OFFICE + "wordprocessingml/2006/main"
    rel = _OFFICE + "officeDocument/2006/relationships"
    core = _OFFICE + "package/2006/metadata/core-properties"
    given: dict[str, bytes | str] = {
        "[Content_Types].xml": f'<Types xmlns="{_OFFICE}package/2006/content-types">'
        '<Default Extension="xml" ContentType="application/xml"/>'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.'
        'relationships+xml"/><Default Extension="jpeg" ContentType="image/jpeg"/>'
        f'<Override PartName="/word/document.xml" ContentType="{_TYPE}{main}"/></Types>',
        "_rels/.rels": relations(
            ("r1", "officeDocument", "word/document.xml"),
            ("r2", "custom-properties", "docProps/custom.xml"),
        ),
        "docProps/core.xml": f'<c:coreProperties xmlns:c="{core}"><c:keywords>{WHO}</c:keywords>'
        "</c:coreProperties>",
        "docProps/custom.xml": f"<x>{WHO}</x>",
        "word/document.xml": f'<w:document xmlns:w="{word}" xmlns:r="{rel}"><w:body><w:p>'
        f"<w:r><w:t>技术要求</w:t></w:r>{body}</w:p></w:body></w:document>",
        "word/_rels/document.xml.rels": relations(
            ("r1", "hyperlink", "https://example.org/"), outside=True
        ),
        "word/media/image1.jpeg": jpeg(),
    }
    return zipped({**given, **parts})


def field_of(*pieces: str) -> str:
    """Give a Word field whose instruction is cut into these pieces."""
    runs = "".join(f"<w:r><w:instrText>{piece}</w:instrText></w:r>" for piece in pieces)
    return f'<w:r><w:fldChar w:fldCharType="begin"/></w:r>{runs}'


def xlsx() -> bytes:
    made = io.BytesIO()
    book = xlsxwriter.Workbook(made)
    book.set_properties({"author": WHO})
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["工程量", 3])
    sheet.write_url(1, 0, "https://example.org/")
    sheet.write_comment(2, 0, "按实计量")
    chart = book.add_chart({"type": "column"})
    assert chart is not None
    chart.add_series({"values": "=Sheet1!$B$1:$B$1"})
    sheet.insert_chart("D2", chart)
    sheet.insert_image("D20", "image.png", {"image_data": io.BytesIO(png())})
    book.close()
    return made.getvalue()


def jpeg(size: tuple[int, int] = (64, 32)) -> bytes:
    """Give a picture that lies on its side and says where it was taken."""
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    exif[0x013B] = WHO
    exif.get_ifd(0x8825)[2] = (31.0, 12.0, 30.0)
    made = io.BytesIO()
    Image.new("RGB", size, "teal").save(made, "JPEG", exif=exif, comment=WHO.encode())
    return made.getvalue()


def noise() -> bytes:
    """Give a picture that does not shrink."""
    made = io.BytesIO()
    Image.effect_noise((600, 600), 64).save(made, "JPEG", quality=95)
    return made.getvalue()


def png(size: tuple[int, int] = (64, 32), mode: str = "RGBA") -> bytes:
    made = io.BytesIO()
    Image.new(mode, size).save(made, "PNG")
    return made.getvalue()


def png_of_size(width: int, height: int) -> bytes:
    """Give one that says this size, made without painting it."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    row = zlib.compress(bytes((width + 1) * height), 1)
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", row) + chunk(b"IEND", b"")


def moving_png() -> bytes:
    made = io.BytesIO()
    frames = [Image.new("RGB", (4, 4), colour) for colour in ("red", "blue")]
    frames[0].save(made, "PNG", save_all=True, append_images=frames[1:])
    return made.getvalue()
