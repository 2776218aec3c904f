"""What public registers call a line of business, in the codes of the catalogue.

Three vocabularies: the Shenwan industry list (level 3), the words of stock lists, and the words of
registers of public bodies. A word that could mean two of our industries is left out on purpose.
"""

Target = tuple[str, str | None]  # industry code, sub-industry code

_MACHINES = """\
底盘与发动机系统 其他专用设备 金属制品 能源及重型设备 仪器仪表 其他汽车零部件 其他通用设备
线缆部件及其他 输变电设备 车身附件及饰件 家电零部件 轨交设备 电网自动化设备 汽车电子电气系统
工控设备 环保设备 电机 配电设备 轮胎轮毂 工程机械整机 其他能源设备 机床工具 机器人
电工仪器仪表 其他自动化设备 锂电池 磨具磨料 光伏辅材 楼宇设备 风电零部件 制冷空调设备 航海装备
厨房小家电 纺织服装设备 光伏电池组件 激光设备 印刷包装机械 光伏加工设备 锂电专用设备
综合乘用车 照明设备 蓄电池及其他电池 摩托车 商用载货车 商用载客车 其他运输设备 其他黑色家电
厨房电器 火电设备 彩电 风电整机 逆变器 工程机械器件 冰洗 农用机械 卫浴电器 空调 其他家电
综合电力设备商 清洁小家电 个护小家电 燃料电池 电动乘用车 硅料硅片 钢结构 电气设备 专用机械
汽车配件 机械基件 电器仪表 家用电器 运输设备 工程机械 机床制造 汽车整车 化工机械 纺织机械 船舶
轻工机械"""
_MATERIALS = """\
其他化学制品 铝 铜 其他塑料制品 农药 膜材料 氯碱 板材 改性塑料 特钢 调味发酵品
食品及饲料添加剂 涂料油墨 民爆制品 磁性材料 特种纸 无机盐 瓷砖地板 大宗用纸 零食
其他金属新材料 纺织化学制品 其他酒类 白酒 有机硅 玻璃制造 复合肥 生活用纸 聚氨酯 软饮料 管材
非金属材料 氟化工 其他橡胶制品 烘焙食品 煤化工 玻纤制造 磷肥及磷化工 啤酒 化妆品制造及其他
水泥制造 水泥制品 预加工食品 肉制品 品牌化妆品 合成树脂 钛白粉 氮肥 炭黑 耐火材料 其他化学原料
其他建材 防水材料 钾肥 洗护用品 纯碱 胶黏剂及胶带 冶钢辅料 长材 钢铁管材 涂料 其他食品
其他化学纤维 橡胶助剂 熟食 保健品 电池化学品 涤纶 粘胶 锦纶 氨纶 化工原料 塑料 农药化肥
染料涂料 化纤 造纸 普钢 钢加工 特种钢 水泥 玻璃 橡胶 日用化工 红黄酒 陶瓷 食品 矿物制品"""
_ELECTRONICS = """\
消费电子零部件及组装 面板 印制电路板 LED 其他电子 通信网络设备及器件 通信终端及配件
数字芯片设计 模拟芯片设计 分立器件 光学元件 被动元件 半导体材料 半导体设备 集成电路封测
集成电路制造 品牌消费电子 其他通信设备 通信线缆及配套 电子化学品 元器件 半导体 通信设备"""

_TARGETS: dict[Target, str] = {
    ("manufacturing", "discrete"): _MACHINES,
    ("manufacturing", "process"): _MATERIALS,
    ("manufacturing", "electronics"): _ELECTRONICS,
    ("manufacturing", "textile_light"): """\
非运动服装 其他纺织 鞋帽及其他 定制家居 成品家居 其他家居用品 钟表珠宝 棉纺 家纺 印染 辅料
卫浴制品 运动服装 其他饰品 纺织鞋类制造 印刷 纸包装 金属包装 综合包装 塑料包装 文化用品
娱乐用品 服饰 纺织 家居用品""",
    ("manufacturing", "pharma"): """\
化学制剂 中药 原料药 其他生物制品 疫苗 血液制品 动物保健 医疗耗材 体外诊断 医疗设备 医美耗材
化学制药 生物制药 中成药""",
    ("manufacturing", "military"): "航空装备 航天装备 地面兵装 军工电子",
    ("technology", "software"): """\
IT服务 垂直应用软件 横向通用软件 软件服务 软件开发 软件和信息服务 信息安全""",
    ("technology", None): "通信应用增值服务 通信工程及服务 移动互联网 数据服务 人工智能 企业服务",
    ("technology", "research_institute"): "科研院所",
    ("telecom_media", "carrier"): "电信运营商 电信运营 运营商",
    ("telecom_media", "publishing"): "大众出版 教育出版 文字媒体 出版业",
    ("telecom_media", "broadcast_tv"): "电视广播",
    ("telecom_media", "internet_platform"): "游戏 门户网站 视频媒体 图片媒体 社交 文娱丨内容 互联网平台",
    ("telecom_media", None): "影视动漫制作 院线 广告媒体 营销代理 影视音像 媒体",
    ("energy", "power_grid"): "电网",
    ("energy", "power_gen"): """\
火力发电 水力发电 风力发电 光伏发电 核力发电 其他能源发电 电能综合服务 新型电力""",
    ("energy", "coal_mine"): "动力煤 焦煤 焦炭 铁矿石 黄金 煤炭开采 焦炭加工",
    ("energy", "oil_gas"): """\
燃气 炼油化工 其他石化 油气及炼化工程 油田服务 油品石化贸易 油气开采 石油开采 石油加工
石油贸易""",
    ("energy", "water_heat"): "水务及水治理 热力服务 水务",
    ("energy", None): "固废治理 综合环境治理 大气治理 环境保护 供气供热 电力 油气煤",
    ("transport", "highway"): "高速公路 路桥",
    ("transport", "rail_metro"): "铁路运输 铁路",
    ("transport", "port_water"): "港口 航运 水运",
    ("transport", "aviation"): "航空运输 机场 空运",
    ("transport", "road_transport"): "公交 公路货运 公共交通 公路",
    ("transport", "logistics_express"): """\
原材料供应链服务 跨境物流 中间产品及消费品供应链服务 仓储物流 快递""",
    ("transport", None): "交通运输",
    ("real_estate_construction", "construction"): """\
园林工程 基建市政工程 房屋建设 化学工程 国际工程 其他专业工程 装修装饰""",
    ("real_estate_construction", "design_survey"): "工程咨询服务",
    ("real_estate_construction", "real_estate"): "住宅开发 商业地产 房产租赁经纪 区域地产 全国地产",
    ("real_estate_construction", "park_operation"): "产业地产 园区开发",
    ("real_estate_construction", None): "建筑工程 房地产/建筑",
    ("retail_services", "retail"): """\
百货 多业态零售 超市 专业连锁 贸易 线下药店 医药流通 汽车经销商 跨境电商 综合电商 电商服务
旅游零售 商业物业经营 医药商业 商贸代理 超市连锁 电器连锁 批发业 其他商业 商品城 汽车服务""",
    ("retail_services", "catering_hotel"): "酒店 餐饮 酒店餐饮",
    ("retail_services", "property_service"): "物业管理",
    ("retail_services", "professional_service"): "会展服务 检测服务 人力资源服务 其他专业服务",
    ("retail_services", None): "汽车综合服务 商贸服务",
    ("agriculture", "planting_livestock"): """\
生猪养殖 肉鸡养殖 水产养殖 其他养殖 种子 食用菌 其他种植业 林业 海洋捕捞 粮食种植 农业综合
种植业 渔业""",
    ("agriculture", "agri_processing"): """\
畜禽饲料 水产饲料 宠物食品 粮油加工 果蔬加工 其他农产品加工 乳品 饲料 乳制品""",
    ("agriculture", None): "农林牧渔",
    ("finance", "bank"): "城商行 农商行 股份制银行 国有大型银行 银行",
    ("finance", "securities_futures"): "证券 期货 资产管理 证券/基金/期货",
    ("finance", "insurance"): "保险",
    ("finance", "payment_consumer"): "租赁",
    ("finance", "trust_fin_lease"): "金融控股 信托",
    ("finance", "regulator_exchange"): "监管",
    ("finance", None): "多元金融 其他多元金融",
    ("healthcare", "specialty_private"): "诊断服务 其他医疗服务 医美服务",
    ("healthcare", "primary_care"): "基层医疗 社区卫生服务中心 卫生院",
    ("healthcare", "cdc_blood_public"): "疾控/血站/急救",
    ("healthcare", None): "医院 综合医院 中医医院 妇幼保健院",
    ("education", "training"): "培训教育 教育运营及其他 教育培训 高等教育/成人教育",
    ("education", "edu_admin"): "教育主管部门",
    ("education", None): "学历教育 高等教育 中小学/中职 中小学/中职/幼教",
    ("culture_tourism", "scenic"): "自然景区 人工景区 旅游景点",
    ("culture_tourism", "tourism_service"): "旅游综合 旅游服务",
    ("culture_tourism", "performing_arts"): "体育",
    ("culture_tourism", None): "文旅",
    ("government", "general_office"): "乡镇政府 街道办事处",
    ("government", "hrss_civil_med"): "卫生主管部门",
    ("government", "market_tax_customs"): "税务/海关",
    ("government", None): "党政机关 中央机关 开发区管委会",
    ("public_security", "police"): "公安",
    ("public_security", None): "司法",
    ("other", "ngo"): "社会组织",
}
TARGET_OF_WORD = {word: target for target, words in _TARGETS.items() for word in words.split()}

# Sections of the securities regulator, one letter each: coarse, asked last.
TARGET_OF_SECTION: dict[str, Target] = {
    "A": ("agriculture", None),
    "B": ("energy", None),
    "C": ("manufacturing", None),
    "D": ("energy", None),
    "E": ("real_estate_construction", "construction"),
    "F": ("retail_services", "retail"),
    "G": ("transport", None),
    "H": ("retail_services", "catering_hotel"),
    "I": ("technology", None),
    "J": ("finance", None),
    "K": ("real_estate_construction", "real_estate"),
    "P": ("education", None),
    "Q": ("healthcare", None),
}

LEVEL_OF_RANK = {
    "中央": "national",
    "省级": "provincial",
    "地市级": "municipal",
    "县区级": "county",
    "乡镇级": "township",
}
# (industry, first words that decide) in the order in which they are tried.
LEVEL_WORDS: dict[str, tuple[tuple[str, str], ...]] = {
    "healthcare": (
        ("三级甲等", "tertiary_a"),
        ("三级", "tertiary"),
        ("二级", "secondary"),
        ("一级", "grassroots"),
        ("基层", "grassroots"),
    ),
    "education": (("本科", "undergraduate"), ("专科", "higher_vocational"), ("县区级", "county")),
    "finance": (
        ("国有大行", "state_owned_major"),
        ("股份制", "state_owned_major"),
        ("城商行/农商行", "city_rural"),
    ),
    "manufacturing": (("中央企业", "soe"), ("上市公司", "listed")),
}
DELISTED_MARK = "已退市"  # "listed, or delisted since": says nothing of today
