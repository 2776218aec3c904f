"""What made-up names are put together from."""

BRAND_CHARACTERS = (
    "华中国金天海东南西北新安信达通联创智云科泰恒瑞丰盛源康宏鑫龙凤祥和顺利德仁义明光辉阳春江河山川林森"
    "木石玉宝珠晶星辰宇宙航宏远志诚博雅文思睿慧灵风雷电雨雪松柏竹梅兰菊荣昌隆兴旺富贵吉庆福禄寿喜嘉"
)
LEGAL_FORMS = (
    ("有限公司", 60),
    ("有限责任公司", 14),
    ("股份有限公司", 8),
    ("集团有限公司", 5),
    ("厂", 4),
    ("有限公司分公司", 5),
    ("合伙企业（有限合伙）", 2),
    ("中心", 2),
)
# The words of a company's trade, with the industry they stand for, and how many of a hundred have it.
TRADES = (
    ("technology", ("科技", "信息技术", "软件", "网络科技", "数据服务", "智能科技", "系统集成"), 18),
    ("manufacturing", ("机械制造", "电子", "精密仪器", "纺织", "化工", "汽车零部件", "医药", "食品"), 22),
    ("retail_services", ("商贸", "酒店管理", "物业服务", "餐饮管理", "企业管理咨询"), 18),
    ("real_estate_construction", ("建筑工程", "房地产开发", "建筑设计", "园林绿化"), 12),
    ("transport", ("物流", "快递", "公路运输", "港务", "轨道交通"), 7),
    ("energy", ("电力", "燃气", "热力", "新能源", "供水"), 6),
    ("finance", ("融资租赁", "小额贷款", "投资管理", "保险经纪"), 5),
    ("agriculture", ("农业发展", "种业", "畜牧", "农产品加工"), 6),
    ("culture_tourism", ("文化传媒", "旅游发展", "影视制作"), 4),
    ("telecom_media", ("通信", "广电网络", "传媒"), 2),
)
# Public bodies: the end of the name, its industry, its level as sources word it; one of each a place.
BODIES = (
    ("人民政府", "government", "县区级"),
    ("财政局", "government", "县区级"),
    ("卫生健康局", "government", "县区级"),
    ("市场监督管理局", "government", "县区级"),
    ("人力资源和社会保障局", "government", "县区级"),
    ("应急管理局", "government", "县区级"),
    ("住房和城乡建设局", "government", "县区级"),
    ("大数据管理局", "government", "县区级"),
    ("公安局", "public_security", "县区级"),
    ("人民法院", "public_security", "县区级"),
    ("人民检察院", "public_security", "县区级"),
    ("司法局", "public_security", "县区级"),
    ("教育局", "education", "县区级"),
    ("农业农村局", "agriculture", "县区级"),
    ("文化和旅游局", "culture_tourism", "县区级"),
    ("图书馆", "culture_tourism", ""),
    ("疾病预防控制中心", "healthcare", ""),
    ("妇幼保健院", "healthcare", "二级甲等"),
    ("中医院", "healthcare", "二级甲等"),
    ("农村商业银行", "finance", ""),
    ("自来水公司", "energy", ""),
)
# Bodies of which a place has many: before and after the number or the brand.
NUMBERED = (
    ("第", "人民医院", "healthcare", "三级甲等"),
    ("第", "医院", "healthcare", "二级甲等"),
    ("第", "中学", "education", ""),
    ("第", "小学", "education", ""),
    ("第", "幼儿园", "education", ""),
    ("", "街道办事处", "government", "乡镇级"),
    ("", "社区卫生服务中心", "healthcare", ""),
    ("", "镇人民政府", "government", "乡镇级"),
    ("", "派出所", "public_security", ""),
    ("", "实验小学", "education", ""),
    ("", "职业技术学院", "education", "专科"),
    ("", "口腔医院", "healthcare", ""),
    ("", "养老服务中心", "other", ""),
    ("", "博物馆", "culture_tourism", ""),
)
NUMBERS = "一二三四五六七八九十"
