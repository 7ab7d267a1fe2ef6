/** A paste that cannot be taken as it is, or is large: what would change, what cannot be read, and the choice to go on. */

import { useTranslation } from '@/lib/useTranslation'
import { formatNumber } from '@/lib/format'
import type { CellFault } from '@/lib/gridClipboard'
import { linksIn, withValues } from '@/lib/records'
import { useLabel, useLocale } from '@/lib/session'
import { useValueText } from '@/ui/valueText'
import { Button } from '@/ui/kit'
import { Modal } from '@/ui/overlays'
import type { PastePlan } from './paste'

const FAULT_LABELS: Record<CellFault, string> = {
  not_number: 'grid.not_number', not_whole: 'grid.not_whole', not_amount: 'grid.not_amount', not_day: 'grid.not_day', not_moment: 'grid.not_moment', not_yes_or_no: 'grid.not_yes_or_no',
  no_option: 'grid.no_option', not_email: 'grid.not_email', too_long: 'grid.too_long', not_found: 'grid.not_found', several_found: 'grid.several_found', needed: 'form.required',
  not_editable: 'grid.not_editable', not_from_text: 'grid.not_from_text',
}
const SHOWN = 8

export default function PastePanel({ plan, onApply, onClose }: { plan: PastePlan; onApply: () => void; onClose: () => void }) {
  const { t } = useTranslation()
  const labelOf = useLabel()
  const locale = useLocale()
  const textOf = useValueText()
  const touched = new Set(plan.edits.flatMap((edit) => Object.keys(edit.set)))
  const sample = plan.edits.slice(0, 3)
  const number = (value: number) => formatNumber(value, locale)

  return (
    <Modal
      open
      onClose={onClose}
      width="max-w-[640px]"
      title={t('grid.paste_title')}
      footer={
        <>
          <Button onClick={onClose}>{t('common.cancel')}</Button>
          <Button look="primary" autoFocus disabled={plan.cells === 0} onClick={onApply}>{t('grid.paste_cells', { count: plan.cells, number: number(plan.cells) })}</Button>
        </>
      }
    >
      <p className="text-fg-2">{t('grid.paste_lead', { count: plan.edits.length, number: number(plan.edits.length), fields: number(touched.size) })}</p>
      {plan.outside > 0 && <p className="mt-1 text-warn">{t('grid.paste_outside', { count: plan.outside, number: number(plan.outside) })}</p>}
      {sample.length > 0 && (
        <ul className="mt-3 flex flex-col divide-y divide-line rounded-md border border-line">
          {sample.map(({ record, set, linked }) => (
            <li key={record.id} className="flex flex-col gap-0.5 px-3 py-2">
              <span className="truncate font-medium">{record.title}</span>
              {Object.keys(set).slice(0, 3).map((name) => {
                const field = plan.fields.get(name)
                if (!field) return null
                return (
                  <span key={name} className="flex min-w-0 items-baseline gap-1.5 text-meta">
                    <span className="shrink-0 text-fg-3">{labelOf(field.label)}</span>
                    <s className="min-w-0 truncate text-fg-3">{textOf(field, record[name], linksIn(record, field))}</s>
                    <span aria-hidden className="text-fg-3 rtl:-scale-x-100">→</span>
                    <span className="min-w-0 truncate text-fg">{textOf(field, set[name], linksIn(withValues(record, set, linked), field))}</span>
                  </span>
                )
              })}
            </li>
          ))}
        </ul>
      )}
      {plan.problems.length > 0 && (
        <>
          <h3 className="mt-4 mb-1.5 font-medium text-bad">{t('grid.paste_problems', { count: plan.problems.length, number: number(plan.problems.length) })}</h3>
          <ul className="flex flex-col gap-1">
            {plan.problems.slice(0, SHOWN).map(({ record, field, text, fault }, index) => (
              <li key={index} className="flex min-w-0 items-baseline gap-2 text-meta">
                <code className="max-w-40 shrink-0 truncate rounded-xs bg-bad-soft px-1 font-mono text-bad">{text || '∅'}</code>
                <span className="min-w-0 truncate text-fg-2">{t('grid.fault_at', { title: record.title, field: labelOf(field.label), fault: t(FAULT_LABELS[fault]) })}</span>
              </li>
            ))}
          </ul>
          {plan.problems.length > SHOWN && <p className="mt-1 text-meta text-fg-3">{t('grid.and_more', { count: plan.problems.length - SHOWN, number: number(plan.problems.length - SHOWN) })}</p>}
          <p className="mt-2 text-meta text-fg-3">{t('grid.paste_rest')}</p>
        </>
      )}
    </Modal>
  )
}
