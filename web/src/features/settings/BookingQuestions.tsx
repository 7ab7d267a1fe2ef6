/** What visitors are asked beside who they are, in the order of the page. */

import { ArrowDown, ArrowUp, Plus, X } from 'lucide-react'
import { useTranslation } from '@/lib/useTranslation'
import { Button, IconButton, Tick } from '@/ui/kit'
import { CARD, Section } from './parts'

export interface Question {
  labels: Record<string, string>
  required?: boolean
  long?: boolean
}

const MOST = 20

export function BookingQuestions({ questions, language, fault, onChange }: { questions: Question[]; language: string; fault: string | undefined; onChange: (next: Question[]) => void }) {
  const { t } = useTranslation()
  const change = (at: number, next: Partial<Question>) => onChange(questions.map((one, index) => (index === at ? { ...one, ...next } : one)))
  const move = (at: number, to: number) => {
    const rest = questions.filter((_, index) => index !== at)
    const moved = questions[at]
    if (moved) onChange([...rest.slice(0, to), moved, ...rest.slice(to)])
  }
  const add = <Button look="outline" disabled={questions.length >= MOST} onClick={() => onChange([...questions, { labels: { [language]: '' } }])}><Plus size={14} />{t('booking.add_question')}</Button>
  return (
    <Section title={t('booking.questions')} lead={t('booking.questions_lead')} action={add}>
      {fault && <p role="alert" className="mb-2 text-meta text-bad">{fault}</p>}
      {questions.length > 0 && (
        <ol aria-label={t('booking.questions')} className={CARD}>
          {questions.map((one, at) => (
            <li key={at} className="flex min-h-12 flex-wrap items-center gap-2 border-b border-line py-2 ps-3 pe-2 last:border-0">
              <input className="input min-w-0 flex-1 basis-56" aria-label={t('booking.question', { at: at + 1 })} maxLength={200} value={one.labels[language] ?? ''} placeholder={Object.values(one.labels).find((label) => label !== '') ?? t('booking.question_hint')} onChange={(event) => change(at, { labels: { ...one.labels, [language]: event.target.value } })} />
              <span className="flex items-center gap-2 text-fg-2"><Tick label={t('booking.must_of', { at: at + 1 })} checked={one.required === true} onChange={(on) => change(at, { required: on })} /><span aria-hidden className="text-meta">{t('forms.must')}</span></span>
              <span className="flex items-center gap-2 text-fg-2"><Tick label={t('booking.long_of', { at: at + 1 })} checked={one.long === true} onChange={(on) => change(at, { long: on })} /><span aria-hidden className="text-meta">{t('booking.long')}</span></span>
              <span className="flex">
                <IconButton label={t('booking.earlier', { at: at + 1 })} disabled={at === 0} onClick={() => move(at, at - 1)}><ArrowUp size={14} /></IconButton>
                <IconButton label={t('booking.later', { at: at + 1 })} disabled={at === questions.length - 1} onClick={() => move(at, at + 1)}><ArrowDown size={14} /></IconButton>
                <IconButton label={t('booking.leave_out', { at: at + 1 })} onClick={() => onChange(questions.filter((_, index) => index !== at))}><X size={14} /></IconButton>
              </span>
            </li>
          ))}
        </ol>
      )}
    </Section>
  )
}
