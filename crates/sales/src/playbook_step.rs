//! Playbook steps: what is to be done when a deal comes into a stage.

use kernel::Id;
use macros::Object;

/// An activity that is planned by itself when a deal enters a stage, once for each deal.
#[derive(Debug, Clone, PartialEq, Object)]
#[object(
    plural = "playbook_steps",
    title = "{subject}",
    subtitle = "{kind}",
    area = "settings",
    icon = "list-checks",
    class = "internal",
    purpose = "contract",
    label(en = "Playbook step", ru = "Шаг сценария", zh = "销售剧本步骤", ro = "Pas din scenariu"),
    label_plural(en = "Playbook steps", ru = "Шаги сценариев", zh = "销售剧本步骤", ro = "Pași din scenarii")
)]
pub struct PlaybookStep {
    #[field(required, link = "stage", indexed, label(en = "Stage", ru = "Этап", zh = "阶段", ro = "Etapă"))]
    pub stage: Id,
    #[field(required, max = 300, label(en = "Subject", ru = "Тема", zh = "主题", ro = "Subiect"))]
    pub subject: String,
    #[field(
        default = "task",
        label(en = "Kind", ru = "Вид", zh = "类型", ro = "Tip"),
        options(
            task(en = "Task", ru = "Задача", zh = "任务", ro = "Sarcină", hue = 240),
            call(en = "Call", ru = "Звонок", zh = "电话", ro = "Apel", hue = 145),
            meeting(en = "Meeting", ru = "Встреча", zh = "会议", ro = "Întâlnire", hue = 280),
            visit(en = "Visit", ru = "Визит", zh = "拜访", ro = "Vizită", hue = 60),
        )
    )]
    pub kind: String,
    #[field(default = 1, label(en = "Days later", ru = "Через дней", zh = "几天后", ro = "După zile"))]
    pub after_days: Option<i64>,
    #[field(label(en = "Position", ru = "Порядок", zh = "位置", ro = "Poziție"))]
    pub position: Option<i64>,
    #[field(long_text, label(en = "Description", ru = "Описание", zh = "描述", ro = "Descriere"))]
    pub description: Option<String>,
    #[field(default = true, label(en = "In use", ru = "Используется", zh = "启用", ro = "Activ"))]
    pub is_active: bool,
}
