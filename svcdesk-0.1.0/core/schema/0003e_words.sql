-- Words every kind shares. English first, Simplified Chinese beside it; a test fails where one is missing.
insert into desk.label(key, lang, text)
  select w[1], l.lang, l.text
    from regexp_split_to_table($w$
error.ambiguous           | {value} fits more than one; be more exact | {value} 对应多个对象，请写得更准确
error.bad_choice          | {field}: {value} is none of {allowed} | {field}：{value} 不在可选值之中：{allowed}
error.bad_fields          | the fields must be a set of names and values | 字段必须是名称与值的集合
error.bad_integer         | {field}: {value} is not a whole number | {field}：{value} 不是整数
error.bad_tag             | {value} cannot be a tag: one word without commas, at most 64 characters | {value} 不能作标签：须为一个词，不含逗号，至多 64 个字符
error.bad_time            | {field}: {value} is not a time; write 2026-01-31T14:00Z, 2026-01-31, +4h or +2d | {field}：{value} 不是时间；请写 2026-01-31T14:00Z、2026-01-31、+4h 或 +2d
error.bad_value           | {field}: {value} is not a value of type {type} | {field}：{value} 不是 {type} 类型的值
error.bad_version         | version {value} never was; the ticket is at {current} | 版本 {value} 不存在；工单现为版本 {current}
error.field_conflict      | {field} was changed meanwhile by {by} to {theirs}; you wanted {mine}: look at the ticket and act on its present version | {field} 已被 {by} 改为 {theirs}；您想要的是 {mine}：请查看工单并按当前版本操作
error.field_denied        | your role may not set {field} here | 您的角色不能在此设置 {field}
error.field_required      | {verb} needs {field}: add {field}=... | 执行 {verb} 需要 {field}：请加上 {field}=...
error.file_damaged        | the file did not arrive whole; send it again | 文件未完整到达，请重新发送
error.file_missing        | the content of {name} was not sent | {name} 的内容尚未发送
error.file_too_big        | the file is larger than {max} bytes; attach a smaller one or a link to it in a note | 文件超过 {max} 字节；请添加更小的文件，或在备注中写明其位置
error.has_parent          | {number} has a parent already; unlink it first | {number} 已有上级工单，请先解除关联
error.link_circle         | {number} points here already; that would be a circle | {number} 已指向本工单，会形成循环
error.link_self           | a ticket cannot be linked to itself | 工单不能关联自身
error.no_such_event       | this ticket has no event {value} that can be redacted | 本工单没有可涂销的记录 {value}
error.no_such_link        | there is no such link of type {type} | 没有类型为 {type} 的此关联
error.not_a_person        | you are not an active person of this desk; an administrator can add you | 您不是本服务台的有效人员；请管理员添加您
error.not_found           | no such ticket, or not for you to see; check the number | 没有此工单，或您无权查看；请核对编号
error.not_in_state        | {verb} is not possible in state {state} | 状态 {state} 下不能执行 {verb}
error.not_member          | {person} is not a member of {group}; name a member, or another group | {person} 不是 {group} 的成员；请指定成员或另一组
error.not_named           | the ticket is restricted and {person} is not named; name the person first with restrict | 工单受限且未列入 {person}，请先用 restrict 列入
error.not_staff           | {person} works in no group and is no agent | {person} 不属于任何组，也不是坐席
error.nothing_to_edit     | name at least one field: {allowed} | 请至少给出一个字段：{allowed}
error.op_reused           | this operation id was used for another request; take a new one | 此操作编号已用于其他请求；请使用新的编号
error.out_of_range        | {field}: {value} is not between {min} and {max} | {field}：{value} 不在 {min} 与 {max} 之间
error.parent_has_children | {number} has children of its own; families have two generations | {number} 自己有下级工单；上下级只有两层
error.parent_is_child     | {number} is a child itself; families have two generations | {number} 自己是下级工单；上下级只有两层
error.requester_elsewhere | you do not serve the organisation of {person}; somebody who does can hand the ticket over | 您不服务 {person} 所属的组织；请由服务该组织的人员移交此工单
error.requester_denied    | you may open tickets only for yourself: leave out the requester | 您只能为自己开工单：请勿填写请求人
error.role_denied         | {verb} needs one of these roles: {roles} | {verb} 需要以下角色之一：{roles}
error.time_past           | {field}: {value} is in the past; write a later time, such as +2d | {field}：{value} 已经过去；请写更晚的时间，例如 +2d
error.too_long            | {field} is longer than {max} characters | {field} 超过 {max} 个字符
error.too_many            | at most {max} tickets at once | 一次至多 {max} 个工单
error.unknown_category    | no category {value}; near it: {near} | 没有分类 {value}；相近的有：{near}
error.unknown_ci          | no configuration item {value}; write its whole name | 没有配置项 {value}；请写完整名称
error.unknown_field       | {verb} takes no {field}; it takes {allowed} | {verb} 不接受 {field}；可用：{allowed}
error.unknown_group       | no group {value}; near it: {near} | 没有组 {value}；相近的有：{near}
error.unknown_kind        | no kind {value}; there are {allowed} | 没有类型 {value}；可用：{allowed}
error.unknown_person      | no active person {value}; write the login, the e-mail address or the whole name | 没有有效人员 {value}；请写登录名、邮箱地址或完整姓名
error.unknown_service     | no service {value}; near it: {near} | 没有服务 {value}；相近的有：{near}
error.unknown_ticket      | no ticket {value} that you can see | 没有您能查看的工单 {value}
error.unknown_verb        | no verb {verb}; there are {allowed} | 没有动作 {verb}；可用：{allowed}
error.value_refused       | {field}: this value breaks a rule of the record | {field}：此值违反记录的规则
error.wrong_state         | {verb} is not possible in state {state}; possible are {possible} | 状态 {state} 下不能执行 {verb}；可以执行：{possible}
role.requester            | requester | 请求人
role.opener               | opener | 开单人
role.assignee             | assignee | 受理人
role.agent                | agent | 坐席
role.lead                 | team lead | 组长
role.process_owner        | process owner | 流程负责人
role.auditor              | auditor | 审计员
role.admin                | administrator | 管理员
role.worker               | worker | 后台程序
role.system               | system | 系统
phase.1                   | open | 未结
phase.2                   | waiting | 等待中
phase.3                   | done | 已完成
visibility.internal       | internal | 内部
visibility.public         | public | 公开
channel.console           | console | 控制台
channel.cli               | command line | 命令行
channel.phone             | phone | 电话
channel.mail              | mail | 邮件
channel.portal            | portal | 自助门户
channel.chat              | chat | 在线聊天
channel.walk-in           | walk-in | 上门
channel.monitoring        | monitoring | 监控
channel.api               | program | 程序
channel.import            | import | 导入
channel.tick              | desk clock | 服务台时钟
channel.parent            | parent ticket | 上级工单
channel.sample            | sample | 示例
link.parent               | parent | 上级
link.duplicate_of         | duplicate of | 重复于
link.caused_by            | caused by | 起因于
link.fixed_by             | fixed by | 修复于
link.related              | related to | 相关
link.blocks               | blocks | 阻塞
link.follow_up_of         | follow-up of | 后续于
link.parent.back          | child | 下级
link.duplicate_of.back    | duplicated by | 被重复
link.caused_by.back       | cause of | 导致
link.fixed_by.back        | fixes | 修复
link.related.back         | related to | 相关
link.blocks.back          | blocked by | 被阻塞
link.follow_up_of.back    | followed by | 有后续
choice.type.parent        | parent | 上级
choice.type.duplicate_of  | duplicate of | 重复于
choice.type.caused_by     | caused by | 起因于
choice.type.fixed_by      | fixed by | 修复于
choice.type.related       | related to | 相关
choice.type.blocks        | blocks | 阻塞
choice.type.follow_up_of  | follow-up of | 后续于
choice.class.device       | device | 设备
choice.class.server       | server | 服务器
choice.class.laptop       | laptop | 笔记本电脑
choice.class.desktop      | desktop computer | 台式电脑
choice.class.monitor      | monitor | 显示器
choice.class.printer      | printer | 打印机
choice.class.phone        | phone | 电话
choice.class.network      | network device | 网络设备
choice.class.application  | application | 应用程序
choice.class.database     | database | 数据库
choice.role.manual        | linked by hand | 手工关联
choice.role.computed      | found by the desk | 系统关联
choice.role.not_impacted  | not affected | 不受影响
choice.impact.1           | 1 high | 1 高
choice.impact.2           | 2 medium | 2 中
choice.impact.3           | 3 low | 3 低
choice.urgency.1          | 1 high | 1 高
choice.urgency.2          | 2 medium | 2 中
choice.urgency.3          | 3 low | 3 低
choice.priority.1         | 1 critical | 1 紧急
choice.priority.2         | 2 high | 2 高
choice.priority.3         | 3 moderate | 3 中
choice.priority.4         | 4 low | 4 低
choice.priority.5         | 5 planning | 5 规划
field.*.number            | Number | 编号
field.*.kind              | Kind | 类型
field.*.state             | State | 状态
field.*.phase             | Phase | 阶段
field.*.subject           | Subject | 主题
field.*.description       | Description | 描述
field.*.body              | Text | 正文
field.*.requester         | Requester | 请求人
field.*.org               | Organisation | 组织
field.*.org_id            | Organisation | 组织
field.*.group             | Group | 组
field.*.assignee          | Assignee | 受理人
field.*.service           | Service | 服务
field.*.category          | Category | 分类
field.*.ci                | Configuration item | 配置项
field.*.impact            | Impact | 影响度
field.*.urgency           | Urgency | 紧急度
field.*.priority          | Priority | 优先级
field.*.priority_reason   | Reason for the priority | 优先级理由
field.*.parent            | Parent | 上级工单
field.*.parent_id         | Parent | 上级工单
field.*.restricted        | Restricted | 受限
field.*.channel           | Channel | 渠道
field.*.external          | External number | 外部编号
field.*.opened_by         | Opened by | 开单人
field.*.opened_at         | Opened | 开单时间
field.*.updated_at        | Updated | 更新时间
field.*.due_at            | Due | 到期时间
field.*.acknowledged_at   | Acknowledged | 确认时间
field.*.resolved_at       | Resolved | 解决时间
field.*.closed_at         | Closed | 关闭时间
field.*.hold_reason       | Waiting for | 等待原因
field.*.hold_until        | Follow-up | 跟进时间
field.*.hold_ref          | Reference | 参考编号
field.*.resolution_code   | Resolution | 解决方式
field.*.cancel_reason     | Reason for cancelling | 取消原因
field.*.reassignments     | Reassignments | 转派次数
field.*.reopens           | Reopens | 重开次数
field.*.version           | Version | 版本
field.*.tags              | Tags | 标签
field.*.links             | Links | 关联
field.*.cis               | Configuration items | 配置项
field.*.watchers          | Watchers | 关注人
field.*.access            | Named people | 列入人员
field.*.attachments       | Attachments | 附件
field.*.minutes           | Minutes | 分钟
field.*.reason            | Reason | 原因
field.*.custom            | Other fields | 其他字段
field.*.redacted          | Redacted | 已涂销
verb.*.create             | New | 新建
verb.*.take               | Take | 接手
verb.*.assign             | Assign | 指派
verb.*.start              | Start | 开始处理
verb.*.edit               | Edit | 编辑
verb.*.hold               | Put on hold | 挂起
verb.*.resume             | Resume | 恢复处理
verb.*.resolve            | Resolve | 解决
verb.*.close              | Close | 关闭
verb.*.reopen             | Reopen | 重新打开
verb.*.cancel             | Cancel | 取消
verb.*.reply              | Reply | 回复
verb.*.note               | Note | 内部备注
verb.*.link               | Link | 关联
verb.*.unlink             | Remove link | 解除关联
verb.*.ci                 | Configuration items | 配置项
verb.*.tag                | Tags | 标签
verb.*.watch              | Watch | 关注
verb.*.unwatch            | Stop watching | 取消关注
verb.*.time               | Log time | 登记工时
verb.*.attach             | Attach a file | 添加附件
verb.*.restrict           | Restrict | 设为受限
verb.*.unrestrict         | Lift restriction | 解除受限
verb.*.redact             | Redact | 涂销
verb.*.import             | Import | 导入
param.*.*.reason          | Reason | 原因
param.*.*.until           | Follow-up | 跟进时间
param.*.*.ref             | Reference | 参考编号
param.*.*.code            | Resolution | 解决方式
param.*.*.type            | Type | 类型
param.*.*.to              | To ticket | 目标工单
param.*.*.add             | Add | 添加
param.*.*.remove          | Remove | 移除
param.*.*.person          | Person | 人员
param.*.*.people          | People | 人员
param.*.*.minutes         | Minutes | 分钟
param.*.*.event           | Event | 记录号
param.*.*.file            | File | 文件
param.*.*.public          | Public | 公开
$w$, E'\n') line, regexp_split_to_array(line, '\s*\|\s*') w,
         lateral (values ('en', w[2]), ('zh_CN', w[3])) l(lang, text)
   where btrim(line) <> '';
