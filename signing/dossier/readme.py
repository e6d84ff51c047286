"""The page in every dossier that says what it is, for whoever opens it by hand years later.

Chinese first, English below: the people concerned read one of them. It explains, it proves nothing.
"""

_TEXT = """\
明选  项目卷宗
================

项目：{about}

这里保存着这个项目从发布到结果的全部证据。不需要平台、不需要网络，任何人都可以重新核对一遍。

怎样核对
  1. 安装 mingxuan，运行：mingxuan verify 卷宗.zip --trust trust.json
     trust.json 是账本和各托管方的公钥，请通过平台以外的途径取得（例如监管部门网站、公证处）。
     不带 --trust 也能核对，但只能说明卷宗自身前后一致，命令会明确提示。
  2. 也可以自己写程序核对：signing/PROTOCOL.md 逐字节写明了全部格式和算法。

里面有什么
  manifest.json、manifest.p7s   文件清单和平台单位签章
  keys.json                     账本、平台、各托管方的公钥
  trust/                        认可的电子认证机构及证书吊销列表
  ledger/、entries/             账本检查点、见证签名、本项目每一条记录及其证明
  needs/、attachments/          公布的采购需求及其附件（附件由业主提供，打开前请留意）
  freeze/                       截止时封存的名单；envelopes/ 密封的报名；opened/ 已开启的内容
  reports/、releases/           托管方的核对报告和份额；withdrawals/ 撤回声明
  audits/                       监管部门的盲审（如有）
  draws/、ranking/              抽取全过程、递补、报价排序
  statements/、papers/          签名的声明和带签章的文书
  media/                        音像目录

没有中选的报名机构，卷宗里没有它们的名字；其身份密封件没有开启，监管部门盲审时也只在其自己的工具里核对。


Mingxuan: the dossier of a project
==================================

Project: {about}

All the evidence of this project, from publication to result. Anybody can check it again, without
the platform and without a network.

How to check
  1. Install mingxuan and run: mingxuan verify DOSSIER.zip --trust trust.json
     trust.json holds the public keys of the ledger and of the trustees. Get it by another way than
     from the platform, for example from the regulator or the notary. Without --trust the dossier is
     checked against itself only, and the command says so.
  2. Or write your own program: signing/PROTOCOL.md describes every format and every computation.

What is inside
  manifest.json, manifest.p7s   the list of files and the platform's seal over it
  keys.json                     public keys of ledger, platform and trustees
  trust/                        recognised certificate authorities and their revocation lists
  ledger/, entries/             checkpoint, witnesses, every entry about the project, with proofs
  needs/, attachments/          the need as it was published, and the owner's files with it
                                (open them with the care that files of others deserve)
  freeze/                       what counted at the deadline; envelopes/ the sealed applications;
                                opened/ what was opened of them
  reports/, releases/           what the trustees said of their boxes and when they gave shares;
                                withdrawals/ of applicants
  audits/                       the blind audit of a regulator, where there was one
  draws/, ranking/              every draw, who moved up, the ranking of prices
  statements/, papers/          signed statements and sealed papers
  media/                        the list of recordings

The names of those who were not chosen are not here: their identity envelopes were never opened, but
where there was a blind audit, in the tool of the regulator alone.
"""


def readme(about: str) -> bytes:
    """Give the page; `about` is the project's code."""
    return _TEXT.format(about=about).encode()
