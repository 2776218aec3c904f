"""Mail domains that anybody can have an address at: they say nothing about a company."""

_SHARED = frozenset({
    "qq.com", "vip.qq.com", "foxmail.com", "163.com", "vip.163.com", "126.com",
    "yeah.net", "139.com", "189.cn", "wo.cn", "sina.com", "sina.cn",
    "vip.sina.com", "sohu.com", "tom.com", "21cn.com", "aliyun.com", "88.com",
    "2980.com", "gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "live.com",
    "live.cn", "msn.com", "yahoo.com", "yahoo.com.cn", "icloud.com", "me.com",
    "mac.com", "proton.me", "protonmail.com", "mail.com", "gmx.com", "gmx.net",
    "yandex.com", "yandex.ru",
})  # fmt: skip


def is_shared(domain: str) -> bool:
    return domain.lower() in _SHARED
