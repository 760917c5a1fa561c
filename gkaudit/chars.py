"""Characters as offices type them: white space, full-width digits, numerals, and what one cell says.

A cell's print is judged here without its neighbours: number, blank, mark or neither. Nothing is
guessed: two numbers in one cell, or a word, make it unreadable and leave the print in ``raw``.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

__all__ = [
    "IN_OLD_FORMS",
    "NEW_FORMS",
    "OLD_FORMS",
    "Reading",
    "chinese_number",
    "clean",
    "enumerator",
    "fold",
    "is_value",
    "modern",
    "read_cell",
    "squash",
    "width",
]

#: Invisible characters that Word, WPS and web editors leave behind: joiners, marks of direction and of variants. Those
#: that turn digits round (U+202D, U+202E) are none of them.
_INVISIBLE = re.compile("[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202c\u2060-\u2064\u2066-\u2069\ufe00-\ufe0f\ufeff]+")
#: The ideographic blank as old GBK fonts had it (0xA3A0), which became a private character.
_GBK_BLANK, _BLANK = "\ue5e5", "\u3000"
#: Texts up to this length come again and again (labels, numbers); what they say is kept. Prose is not.
_SHORT = 48
_SPACE = re.compile(r"\s+")
_NOT_WORD = re.compile(r"[^\w]|_")
#: 一、 （一） 1. (1) 1、 ① at the head of a label; a bare digit only before a sign or blank.
_ENUMERATOR = re.compile(r"^[(（【〔\[]?(?:[一二三四五六七八九十]{1,3}|\d{1,2})(?:[)）】〕\]][、.．]?|[、.．,，:：])")
#: Old forms (繁體) of the characters that reports are written with, and the new ones in the same order. No new form is
#: among them that is a character of its own today (著, 乾, 雲).
OLD_FORMS = (
    "製發數廢現內開業個為舉於會體決況減辦務動區單後國執護報擇據總強當無機權條構檔濟確穩糾納組織經結繼續維繳罰獲補規計"
    "認議許訟訪訴試詢說請購費轉過這進採問難項題額審對屬處復複關類範係與萬實備註員應鎮鄉縣統匯時責導門書黨還遠運連選適"
    "間眾廣見級財資領聽樂東車電達邊優從產億價論證話語課調勢華歷廠雙變敘號啟響團園圍圖圓場壞塊堅聲頭獎寬尋層歲師帶幫慶"
    "庫歸錄戀戰戶撲擴掃擔擬換損齋斷舊顯術殺雜來楊極標樣橋檢樓歡氣漢溝澤潔淺測濃漸灣滿滅燈靈災點熱愛狀獨環畫監蓋碼礎離"
    "種積稱競筆簽簡糧緊紅純線練細終紹給絡絕績綠緩編網羅聯聰職藝節薦藥營慮裝觀覺覽觸訂討讓訓記講設評識詞譯該詳誤諾讀談"
    "謀謝譜貝敗貨質販貪貫貼貴貸貿賦賞賴趙趨輪軟輕載較輔輛遷遲遞遺郵鄰釋針鐘錢鐵銀鏈鎖錯長閉聞閱隊陽陰階際陸陳險隨隱頁"
    "順須顧預頻風飛飯館馬驅驗魚鳥麥黃齊龍傳態衆徵衛農協臺禮齡療醫築餘擊憑頒寫佈併羣産爲裏証啓徹貧鍵爭勞擾傷蘇葉倉殘佔"
    "辯麗憲戲擁攝曉暫樹欄橫滾潤獻異盡盤礦稅籌紀約紛綜縮繪臨莊蘭視親訊診誠諮豐負貢賓賬軍輯違邁鋪鑒鑑閣雖靜頓頂養駐騰騙"
    "鮮徑劃勵則剛創刪準幾儘儲債僅傾倫寧嶺島鳳貞銅錦漁溫瀏滯瑩盧祿筍紙緯縱聖脈腦興艱薈虛衝襲覈訖詐詣諧謹譽讞賣賠贏躍軌"
    "輻轄辭鄒鄭醞鈔鉛鏡闊闢陝隸雞韓頌顏願颱馮駕鹽齒"
)
NEW_FORMS = (
    "制发数废现内开业个为举于会体决况减办务动区单后国执护报择据总强当无机权条构档济确稳纠纳组织经结继续维缴罚获补规计"
    "认议许讼访诉试询说请购费转过这进采问难项题额审对属处复复关类范系与万实备注员应镇乡县统汇时责导门书党还远运连选适"
    "间众广见级财资领听乐东车电达边优从产亿价论证话语课调势华历厂双变叙号启响团园围图圆场坏块坚声头奖宽寻层岁师带帮庆"
    "库归录恋战户扑扩扫担拟换损斋断旧显术杀杂来杨极标样桥检楼欢气汉沟泽洁浅测浓渐湾满灭灯灵灾点热爱状独环画监盖码础离"
    "种积称竞笔签简粮紧红纯线练细终绍给络绝绩绿缓编网罗联聪职艺节荐药营虑装观觉览触订讨让训记讲设评识词译该详误诺读谈"
    "谋谢谱贝败货质贩贪贯贴贵贷贸赋赏赖赵趋轮软轻载较辅辆迁迟递遗邮邻释针钟钱铁银链锁错长闭闻阅队阳阴阶际陆陈险随隐页"
    "顺须顾预频风飞饭馆马驱验鱼鸟麦黄齐龙传态众征卫农协台礼龄疗医筑余击凭颁写布并群产为里证启彻贫键争劳扰伤苏叶仓残占"
    "辩丽宪戏拥摄晓暂树栏横滚润献异尽盘矿税筹纪约纷综缩绘临庄兰视亲讯诊诚咨丰负贡宾账军辑违迈铺鉴鉴阁虽静顿顶养驻腾骗"
    "鲜径划励则刚创删准几尽储债仅倾伦宁岭岛凤贞铜锦渔温浏滞莹卢禄笋纸纬纵圣脉脑兴艰荟虚冲袭核讫诈诣谐谨誉谳卖赔赢跃轨"
    "辐辖辞邹郑酝钞铅镜阔辟陕隶鸡韩颂颜愿台冯驾盐齿"
)
_SAME = str.maketrans(OLD_FORMS, NEW_FORMS)
#: A text of more than one of them is written in old forms; one alone (於潜镇) is part of a name.
IN_OLD_FORMS = f"(?s)[{OLD_FORMS}].*?[{OLD_FORMS}]"
_OLD = re.compile(IN_OLD_FORMS)


def modern(text: str) -> str:
    """The text in new forms of the characters, one for one; as it is where at most one is old."""
    return text if text.isascii() or _OLD.search(text) is None else text.translate(_SAME)


def clean(text: str) -> str:
    """Without invisible characters and outer white space; inner white space untouched."""
    return (text if text.isascii() else _seen(text)).strip()


def _seen(text: str) -> str:
    """The characters one can see, and blanks."""
    return _INVISIBLE.sub("", text).replace(_GBK_BLANK, _BLANK)


def squash(text: str) -> str:
    """NFKC form without any white space: how titles and headings are compared."""
    return _squash_short(text) if len(text) <= _SHORT else _squash(text)


def _squash(text: str) -> str:
    # ``split`` and ``\s`` know the same white space.
    return "".join(modern(_normal(text)).split())


_squash_short = lru_cache(maxsize=8192)(_squash)


def _normal(text: str) -> str:
    """NFKC form without invisible characters."""
    return text if text.isascii() else unicodedata.normalize("NFKC", _seen(text))


@lru_cache(maxsize=4096)
def fold(text: str) -> str:
    """The words of a label: no enumerator, white space or punctuation (``（二）部分 公开`` → 部分公开).

    Neither is there the stroke that Markdown puts before a point.
    """
    plain = squash(text).translate(_SAME).replace("\\", "")
    return _NOT_WORD.sub("", _ENUMERATOR.sub("", plain)).lower()


def enumerator(text: str) -> str:
    """The enumerator at the head of a label without its brackets and signs; empty where there is none."""
    found = _ENUMERATOR.match(squash(text).replace("\\", ""))
    return _NOT_WORD.sub("", found.group()) if found else ""


def width(text: str) -> int:
    """Columns the text takes in a monospaced window (Chinese characters take two)."""
    return len(text) if text.isascii() else sum(map(_columns, text))


@lru_cache(maxsize=8192)
def _columns(char: str) -> int:
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2, "壹": 1, "贰": 2, "叁": 3}
_UNITS = {"十": 10, "百": 100, "千": 1000, "万": 10000}
_CHINESE = re.compile(r"[零〇一二两三四五六七八九十百千万壹贰叁]+")


def chinese_number(text: str) -> int | None:
    """Value of a Chinese numeral up to 千万 (十二 → 12, 二〇二四 → 2024); None where it is none."""
    if not _CHINESE.fullmatch(text):
        return None
    if not any(c in _UNITS for c in text):
        return int("".join(str(_DIGITS[c]) for c in text))
    total = section = digit = 0
    for char in text:
        if char in _DIGITS:
            digit = _DIGITS[char]
        elif char == "万":
            total, section, digit = (total + section + digit) * 10000, 0, 0
        else:
            section += (digit or 1) * _UNITS[char]
            digit = 0
    return total + section + digit


@dataclass(frozen=True, slots=True)
class Reading:
    """What one cell says by itself: ``state`` is reported, inferred, blank, marked or unreadable."""

    state: str
    value: Decimal | None = None
    note: str = ""


#: Words that stand for no number: 无, and what says the same of this body (不涉及, 本单位未制定规章).
_NONE = (
    r"无|暂无|没有|不涉及|不适用|未涉及|未发生|未产生|未开展|无此(?:项|类|情况|业务|事项)"
    r"|本(?:单位|机关|部门|局|镇|乡|街道|中心|所)(?:暂?无|未|没有)[\u4e00-\u9fff]{1,12}"
)
_MARK = re.compile(rf"[/\\\-—–―─‐·•・.*○◯。、…~_|]+|\(?(?:{_NONE})\)?。?")
#: No group of thousands begins with 0: 01,023 is 0 and 1,023.
_NUMBER = re.compile(r"(?P<sign>[+\-−])?\s*(?P<digits>[1-9]\d{0,2}(?:,\d{3})+|\d{1,30})(?P<part>\.\d{1,6})?")
_UNIT = re.compile(r"\s*(?P<unit>万元|元|件次|人次|件|条|个|项|宗|起|份|次|篇|部)")
_CHANGE = re.compile(r"(?P<word>增加?|减少?|净增|净减)\s*(?P<rest>\d+)\s*(?:件|项|个|条)?")
_MONEY = ("元", "万元")
_LONGEST_NUMERAL = 4
_LETTER_O = re.compile(r"[oO]")
#: Raised, lowered and circled digits are those of a number in no plain form: beside others they are marks of notes.
_NOTE_MARK = re.compile("[²³¹⁰⁴-⁹₀-₉①-⓿❶-➓㉑-㉟㊱-㊿]")


def read_cell(raw: str, *, unit: str = "件", signed: bool = False) -> Reading:
    """Read the print of one cell. ``unit`` is the unit of the column (件, 项, 元, 万元)."""
    return (_read_short if len(raw) <= _SHORT else _read)(raw, unit, signed)


def _read(raw: str, unit: str, signed: bool) -> Reading:
    text = clean(_normal(raw))
    if not text:
        return Reading("blank")
    if _MARK.fullmatch(_SPACE.sub("", text)):
        return Reading("marked")
    if signed and (change := _CHANGE.fullmatch(text)):
        value = Decimal(change["rest"])
        return Reading("reported", -value if "减" in change["word"] else value)
    number = _NUMBER.match(text)
    if number is None:
        return _words(text, unit)
    if not raw.isascii() and _NOTE_MARK.search(raw) and len(clean(raw)) > 1:
        return Reading("unreadable", note="数字旁有注号，不是一个数字")
    value = Decimal(number["digits"].replace(",", "") + (number["part"] or ""))
    if number["sign"] in ("-", "−"):
        value = -value
    return _with_unit(value, text[number.end() :], unit)


_read_short = lru_cache(maxsize=8192)(_read)


def _with_unit(value: Decimal, rest: str, unit: str) -> Reading:
    if not rest:
        return Reading("reported", value)
    found = _UNIT.fullmatch(_bare(rest))
    if found is None:
        return Reading("unreadable", note="不是一个数字")
    return _in_unit(value, found["unit"], unit, "数字后带单位")


def _in_unit(value: Decimal, printed: str, unit: str, note: str) -> Reading:
    """A number printed with its unit, beside that of the column: money is no count, and a count no money."""
    if (printed in _MONEY) != (unit in _MONEY):
        return Reading("inferred", value, f"数字后的单位是{printed}，这一格应为{unit}")
    if printed in _MONEY and printed != unit:
        factor = Decimal(10000) if printed == "万元" else Decimal("0.0001")
        return Reading("inferred", round(value * factor, 6), f"单位为{printed}，已换算为{unit}")
    return Reading("reported", value, note)


def _bare(text: str) -> str:
    """Without one pair of brackets around all of it: 5（件）."""
    plain = text.strip()
    return plain[1:-1] if plain[:1] == "(" and plain[-1:] == ")" else text


def _words(text: str, unit: str = "件") -> Reading:
    plain = _SPACE.sub("", text)
    found = _UNIT.search(plain)
    printed = found["unit"] if found and found.end() == len(plain) else ""
    value = chinese_number(plain.removesuffix(printed))
    if value is not None and printed:
        return _in_unit(Decimal(value), printed, unit, "中文数字")
    if value is not None and unit == "万元" and "万" in plain:
        return Reading("unreadable", note="“万”是数字还是单位，无法确定")
    if value is not None:
        return Reading("reported", Decimal(value), "中文数字")
    if _LETTER_O.fullmatch(plain):
        return Reading("inferred", Decimal(0), "字母O，疑为0")
    return Reading("unreadable", note="不是数字")


_VALUE_LIKE = re.compile(r"[+\-−]?[\d,.\s]*\d[\d,.\s]*(?:\(?(?:万元|元|件|条|个|项|宗|起|份|次)\)?)?|[oO]")


def is_value(text: str) -> bool:
    """Whether the print stands where a number belongs (a number or a mark, not a label)."""
    return _is_value_short(text) if len(text) <= _SHORT else _is_value(text)


def _is_value(text: str) -> bool:
    plain = clean(_normal(text))
    if not plain:
        return False
    if _VALUE_LIKE.fullmatch(plain) or _MARK.fullmatch(_SPACE.sub("", plain)):
        return True
    # 十二件 is a value; longer words in numerals do not occur in cells.
    return _CHANGE.fullmatch(plain) is not None or (
        len(plain) <= _LONGEST_NUMERAL and _words(plain).state == "reported"
    )


_is_value_short = lru_cache(maxsize=8192)(_is_value)
