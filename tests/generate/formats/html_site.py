"""The site around a report: what portals put before and behind it, and what Word writes into its pages."""

from random import Random

from tests.generate.model import Composed

#: Something in every piece of furniture that no report says: none of it may be read.
ALIEN = "砚桐政务"


def links(rng: Random, texts: list[str]) -> str:
    return "".join(f'<li><a href="/{rng.randrange(10**6)}.html" title="{t}">{t}</a></li>\n' for t in texts)


def top(made: Composed, rng: Random) -> str:
    """Everything above the title: scripts, logo, search, navigation, crumbs, a list of other years."""
    years = [f"{made.organ}{made.year - n}年政府信息公开工作年度报告" for n in (1, 2, 3)]
    nav = links(rng, ["首页", "政务公开", "办事服务", "互动交流", f"走进{ALIEN}", "数据开放"])
    crumbs = f'<a href="/">首页</a> &gt; <a href="/zwgk">政务公开</a> &gt; <a href="/nb">政府信息公开年报</a> &gt; {made.year - 1}'
    fake = "<table><tr><td>一、本年新收政府信息公开申请数量</td><td>7391</td></tr></table>"
    side = f"<h2>{ALIEN}公开指南</h2><ul>{links(rng, [*years, '公开制度', '法定主动公开内容', '总计', '其他'])}</ul>"
    sidebar = rng.choice(
        (f'<div class="sidebar">{side}</div>', f"<aside>{side}</aside>", f'<div class="zwgk-l">{side}</div>')
    )
    return f"""<script type="text/javascript">document.write('{fake}'); var nav = "<div>{ALIEN}</div>";</script>
<noscript>{ALIEN}：请启用 JavaScript</noscript>
<div class="header" id="header"><div class="logo"><img src="/images/logo.png" alt="{ALIEN}"></div>
<div class="search"><form action="/s"><input type="text" value="请输入关键字{ALIEN}"><button>搜索</button></form></div>
<div class="toolbar">无障碍阅读 | 长者模式 | <a href="#">登录</a> <a href="#">注册</a></div></div>
<div class="nav"><ul>{nav}</ul></div>
<div class="position">当前位置：{crumbs}</div>
{sidebar}
"""


def info(made: Composed, rng: Random) -> str:
    """The line under the title."""
    day = f"{made.year + 1}-01-{rng.randint(10, 28)}"
    return (
        f'<div class="info"><span>发布时间：{day} 09:{rng.randint(10, 59)}</span>&nbsp;&nbsp;<span>来源：{made.organ}</span>'
        f"&nbsp;<span>浏览次数：<em>{rng.randint(10, 999)}</em>次</span></div>\n"
        '<div class="fontsize">【字体：<a href="javascript:big()">大</a> <a href="javascript:mid()">中</a> '
        '<a href="javascript:small()">小</a>】 <a href="javascript:window.print()">打印</a> <a href="#">关闭</a></div>\n'
    )


def bottom(made: Composed, rng: Random) -> str:
    """Everything below the report: sharing, neighbours, related articles, the footer."""
    related = links(
        rng,
        [
            f"{made.county}2020年{ALIEN}年报",
            "一图读懂年报",
            f"{made.organ}{made.year - 1}年政府信息公开工作年度报告",
            "更多",
        ],
    )
    shown = rng.choice(("footer", 'div class="footer"', 'div class="dibu-bar"', "div"))
    return f"""<div class="share">分享到：<a href="#">微信</a> <a href="#">微博</a> <span>扫一扫在手机打开当前页</span></div>
<div class="pn">上一篇：<a href="/1.html">{ALIEN}工作动态</a><br>下一篇：<a href="/2.html">没有了</a></div>
<div class="xgxw"><h3>相关链接</h3><ul>{related}</ul></div>
<{shown}><p>主办单位：{made.county}{ALIEN}办公室　承办单位：{made.county}大数据中心</p>
<p>澄ICP备2020{rng.randint(1000, 9999)}号　公网安备 36{rng.randint(10**8, 10**9)}号　网站标识码：36{rng.randint(10**7, 10**8)}</p>
<p>版权所有：{ALIEN}网 未经授权不得转载。建议使用1366×768分辨率、IE9以上浏览器访问本网站。</p>
<p>地址：{made.county}{ALIEN}路1号　电话：0000-1234567</p><a href="/map">网站地图</a> <a href="/about">联系我们</a></{shown.split()[0]}>
<script>var hits = 12; document.write("<p>{ALIEN}</p>");</script>
"""


def mobile(rng: Random) -> str:
    """Classes of a copy that only telephones show; the style sheet is not part of the file."""
    return rng.choice(("mobile-show", "visible-xs", "wap-con"))


def widths(columns: int, rng: Random) -> str:
    """A row that only says how wide the columns are: Word writes one at the end, Excel a hidden one."""
    cells = "".join(f"<td width={rng.randint(20, 90)} style='border:none;padding:0'></td>" for _ in range(columns))
    hidden = rng.choice(("style='display:none'", "style='height:0'", ""))
    row = f"<tr height=0 {hidden}>{cells}</tr>"
    return rng.choice((row, f"<![if !supportMisalignedColumns]>{row}<![endif]>"))


def nested(shown: str, rng: Random) -> str:
    """What editors of portals make of a cell that was pasted from Word."""
    if not shown:
        empty = (
            "<p><br/></p>",
            "<o:p>&nbsp;</o:p>",
            "<p class=MsoNormal><!--[if !supportEmptyParas]-->&nbsp;<!--[endif]--><o:p></o:p></p>",
        )
        return rng.choice(empty)
    tags = rng.choices(
        ("strong", "font color=#000000", "span lang=EN-US", 'span style="font-family: 宋体; font-size: 14px"', "em"),
        k=3,
    )
    for tag in tags:
        shown = f"<{tag}>{shown}</{tag.split()[0]}>"
    before = rng.choice(
        ("", "<a name=_GoBack></a>", "<span></span>", "<!--[if gte mso 9]><xml><w:WordDocument/></xml><![endif]-->")
    )
    return rng.choice(
        ("<p style='text-align:center'>{}</p>", "<p><span>{}<o:p></o:p></span></p>", "<div>{}</div><p></p>")
    ).format(before + shown)


WORD_HEAD = """<meta name=ProgId content=Word.Document><meta name=Generator content="Microsoft Word 15">
<!--[if gte mso 9]><xml><o:DocumentProperties><o:Author>office02</o:Author><o:LastAuthor>office07</o:LastAuthor>
<o:Created>2025-01-09T02:11:00Z</o:Created><o:Company>archive room</o:Company></o:DocumentProperties></xml><![endif]-->
<style><!-- /* Style Definitions */ p.MsoNormal, li.MsoNormal {mso-style-parent:""; margin:0cm; text-align:justify;}
@page WordSection1 {size:595.3pt 841.9pt;} span.GramE {mso-style-name:""; mso-gram-e:yes;}
.hide {display:none;mso-hide:all} --></style>
"""
WORD_OPEN = (
    '<html xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
    'xmlns:w="urn:schemas-microsoft-com:office:word" xmlns="http://www.w3.org/TR/REC-html40">'
)
