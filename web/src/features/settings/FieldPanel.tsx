/** One field, new or held: its words and type, what it holds, when it is shown, required or locked. */

import { ArrowDown, ArrowUp, Plus, X } from 'lucide-react'
import { useCallback, useState } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import { ask } from '@/lib/api'
import { notify } from '@/lib/actions'
import { storedType, type Choice, type FieldDef, type FieldType, type Labels, type ObjectDef } from '@/lib/definitions'
import { useDefinitions, useLabel } from '@/lib/session'
import { fieldIcon } from '@/ui/icons'
import { Button, cx, IconButton, Pill } from '@/ui/kit'
import { SidePanel } from '@/ui/overlays'
import { CONDITIONS, conditionsOf, ConditionsInput } from './Conditions'
import { FormulaInput } from './FormulaInput'
import { HuePick, HUES } from './HuePick'
import { Labelled } from './Labelled'
import { LabelsInput, withEnglish } from './LabelsInput'
import { nameFrom } from './names'
import { Fault, faultsOf, Note, SwitchLine } from './parts'
import { QuestionInput } from './QuestionInput'
import { NEW_TYPES, RESULT_TYPES, TYPE_HINTS, TYPE_LABELS } from './fieldTypes'

const SECTIONS = ['main', 'contact', 'address', 'work', 'money', 'dates', 'figures', 'more', 'system'] as const
const SECTION_LABELS: Record<string, string> = { main: 'section.main', contact: 'section.contact', address: 'section.address', work: 'section.work', money: 'section.money', dates: 'section.dates', figures: 'section.figures', more: 'section.more', system: 'section.system' }
const SEARCHED: FieldType[] = ['text', 'long_text', 'email', 'phone', 'url']
const UNIQUE: FieldType[] = ['text', 'integer', 'email', 'phone', 'url']

interface RollUp {
  object: string
  link: string
  aggregate: string
  field: string
  on: string
  filter: string
}

export function FieldPanel({ object, field, onClose, onSaved }: { object: ObjectDef; field: FieldDef | null; onClose: () => void; onSaved: () => Promise<void> }) {
  const { t } = useTranslation()
  const labelOf = useLabel()
  const [label, setLabel] = useState<Labels>(field?.label ?? {})
  const [name, setName] = useState<string | null>(field?.name ?? null)
  const [type, setType] = useState<FieldType | null>(field?.type ?? null)
  const [help, setHelp] = useState<Labels>(field?.help ?? {})
  const [required, setRequired] = useState(field?.required ?? false)
  const [unique, setUnique] = useState(field?.unique ?? false)
  const [searchable, setSearchable] = useState(field?.searchable ?? false)
  const [personal, setPersonal] = useState(field?.class === 'personal' || field?.class === 'special')
  const [section, setSection] = useState(field?.section || 'main')
  const [options, setOptions] = useState<Choice[]>(field?.options ?? [])
  const [target, setTarget] = useState(field?.target ?? 'contact')
  const [formula, setFormula] = useState(field?.formula ?? '')
  const [result, setResult] = useState<FieldType>(field?.result?.type ?? 'number')
  const [rollUp, setRollUp] = useState<RollUp>({ object: field?.rollup?.object ?? '', link: field?.rollup?.link ?? '', aggregate: field?.rollup?.aggregate ?? 'count', field: field?.rollup?.field ?? '', on: field?.rollup?.on ?? '', filter: field?.rollup?.filter ?? '' })
  const [conditions, setConditions] = useState(conditionsOf(field ?? undefined))
  const [faults, setFaults] = useState<Record<string, string>>({})
  const [busy, setBusy] = useState(false)
  const own = field === null || field.custom === true
  const computed = type === 'formula' || type === 'roll_up'
  const hasOptions = type === 'choice' || type === 'multi_choice'
  const theName = name ?? nameFrom(withEnglish(label)['en'] ?? '')
  const rolled = useRollUp(object, rollUp)
  const learnType = useCallback((learnt: FieldType) => setResult(learnt), [])

  function check(): Record<string, string> {
    const found: Record<string, string> = {}
    if (!Object.values(label).some((text) => text.trim() !== '')) found['label'] = t('form.required')
    if (!/^[a-z][a-z0-9_]*$/.test(theName)) found['name'] = t('objects.bad_name')
    if (hasOptions && keptOptions().length === 0) found['options'] = t('fields.no_options')
    if (type === 'formula' && formula.trim() === '') found['formula'] = t('form.required')
    if (type === 'roll_up' && !rolled.child) found['rollup'] = t('fields.no_children')
    return found
  }
  const keptOptions = () => options.map((option) => ({ ...option, label: withEnglish(option.label), value: option.value || nameFrom(withEnglish(option.label)['en'] ?? '') || (withEnglish(option.label)['en'] ?? '') })).filter((option) => option.value !== '')

  async function saveField(): Promise<string> {
    if (!own || !type) return field?.name ?? ''
    const common = { label: withEnglish(label), section, ...(Object.keys(help).length > 0 ? { help: withEnglish(help) } : {}), ...(hasOptions ? { options: keptOptions() } : {}), ...(computed ? {} : { required }), ...(SEARCHED.includes(type) ? { searchable } : {}) }
    if (field) {
      await ask('PATCH', `/definitions/${object.name}/fields/${field.name}`, { body: { ...common, ...(theName === field.name ? {} : { name: theName }), ...(type === 'formula' && formula.trim() !== field.formula ? { formula: formula.trim() } : {}) } })
      return theName
    }
    await ask('POST', `/definitions/${object.name}/fields`, {
      body: {
        name: theName,
        type,
        ...common,
        ...(UNIQUE.includes(type) && unique ? { unique } : {}),
        ...(personal ? { class: 'personal' } : {}),
        ...(type === 'link' || type === 'links' ? { target } : {}),
        ...(type === 'formula' ? { formula: formula.trim(), result: { type: result } } : {}),
        ...(type === 'roll_up' ? { rollup: rolled.body, result: { type: rolled.result } } : {}),
      },
    })
    return theName
  }

  async function save(event: React.FormEvent) {
    event.preventDefault()
    if (busy || !type) return
    const found = check()
    setFaults(found)
    if (Object.keys(found).length > 0) return
    setBusy(true)
    try {
      const saved = await saveField()
      const before = conditionsOf(field ?? undefined)
      if (CONDITIONS.some((one) => before[one] !== conditions[one].trim())) {
        await ask('PUT', `/definitions/${object.name}/fields/${saved}/conditions`, { body: Object.fromEntries(CONDITIONS.map((one) => [one, conditions[one].trim() || null])) })
      }
      await onSaved()
      notify({ text: t('fields.saved', { name: labelOf(withEnglish(label)) }) })
      onClose()
    } catch (error) {
      setFaults(faultsOf(error))
      // The field itself may stand already while its conditions were refused.
      await onSaved()
    } finally {
      setBusy(false)
    }
  }

  const shownFaults = ['label', 'name', 'options', 'formula', 'rollup', ...CONDITIONS]
  const general = Object.entries(faults).filter(([key]) => !shownFaults.includes(key)).map(([, detail]) => detail)

  if (!type) {
    return (
      <SidePanel open onClose={onClose} title={t('fields.new')}>
        <div className="min-h-0 flex-1 overflow-y-auto p-3">
          <p className="px-2 pt-1 pb-3 text-fg-2">{t('fields.choose_type')}</p>
          <ul className="grid gap-0.5">
            {NEW_TYPES.map((one) => {
              const Icon = fieldIcon({ id: one, name: one, label: {}, type: one })
              return (
                <li key={one}>
                  <button type="button" onClick={() => setType(one)} className="flex w-full items-center gap-3 rounded-md px-2 py-2 text-start hover:bg-hover">
                    <span className="grid size-8 shrink-0 place-items-center rounded-md bg-hover text-fg-2"><Icon size={16} strokeWidth={1.75} /></span>
                    <span className="min-w-0"><span className="block font-medium">{t(TYPE_LABELS[one])}</span><span className="block text-meta text-fg-3">{t(TYPE_HINTS[one] ?? 'hint.text')}</span></span>
                  </button>
                </li>
              )
            })}
          </ul>
        </div>
      </SidePanel>
    )
  }

  const Icon = fieldIcon({ id: '', name: '', label: {}, type, ...(type === 'link' ? { target } : {}) })
  return (
    <SidePanel
      open
      onClose={onClose}
      title={<><Icon size={16} className="text-fg-3" /><span className="truncate">{field ? labelOf(field.label) : t('fields.new')}</span></>}
      footer={<><span className="flex-1">{!field && <Button onClick={() => setType(null)}>{t('common.back')}</Button>}</span><Button onClick={onClose}>{t('common.cancel')}</Button><Button look="primary" type="submit" form="field-form" aria-busy={busy}>{field ? t('common.save') : t('fields.create')}</Button></>}
    >
      <form id="field-form" className="flex min-h-0 flex-1 flex-col gap-5 overflow-y-auto px-5 py-5" noValidate onSubmit={(event) => void save(event)}>
        <div className="flex items-center gap-2 text-fg-2"><Pill>{t(TYPE_LABELS[type])}</Pill>{!own && <span className="text-meta text-fg-3">{t('fields.standard')}</span>}</div>
        {own && (
          <>
            <LabelsInput label={t('fields.label')} value={label} onChange={setLabel} fault={faults['label']} />
            <Labelled label={t('objects.name')} fault={faults['name']} help={t('objects.name_help')}><input className="input font-mono text-meta" value={theName} spellCheck={false} onChange={(event) => setName(event.target.value)} /></Labelled>
            {hasOptions && <Options options={options} onChange={setOptions} fault={faults['options']} />}
            {(type === 'link' || type === 'links') && <Target target={target} held={field !== null} onChange={setTarget} />}
            {type === 'formula' && (
              <>
                <FormulaInput object={object} value={formula} onChange={setFormula} onType={learnType} fault={faults['formula']} />
                {field ? formula.trim() !== field.formula && <Note>{t('fields.formula_anew', { type: t(TYPE_LABELS[field.result?.type ?? 'number']) })}</Note> : <Labelled label={t('fields.result')}><select className="input" value={result} onChange={(event) => setResult(event.target.value as FieldType)}>{(RESULT_TYPES.includes(result) ? RESULT_TYPES : [...RESULT_TYPES, result]).map((one) => <option key={one} value={one}>{t(TYPE_LABELS[one])}</option>)}</select></Labelled>}
              </>
            )}
            {type === 'roll_up' && <RollUpInput object={object} held={field !== null} value={rollUp} onChange={setRollUp} fault={faults['rollup']} />}
            <LabelsInput label={t('fields.help')} value={help} onChange={setHelp} />
            <Labelled label={t('fields.section')}><select className="input" value={section} onChange={(event) => setSection(event.target.value)}>{[...new Set([...SECTIONS, section, ...object.fields.map((one) => one.section || 'main')])].map((one) => <option key={one} value={one}>{SECTION_LABELS[one] ? t(SECTION_LABELS[one] ?? '') : one}</option>)}</select></Labelled>
            <div className="flex flex-col gap-3.5 border-t border-line pt-4">
              {!computed && <SwitchLine label={t('fields.required')} checked={required} onChange={setRequired} />}
              {!field && UNIQUE.includes(type) && <SwitchLine label={t('fields.unique')} hint={t('fields.unique_hint')} checked={unique} onChange={setUnique} />}
              {SEARCHED.includes(type) && <SwitchLine label={t('fields.searchable')} hint={t('fields.searchable_hint')} checked={searchable} onChange={setSearchable} />}
              {!field && !computed && <SwitchLine label={t('fields.personal')} hint={t('fields.personal_hint')} checked={personal} onChange={setPersonal} />}
            </div>
          </>
        )}
        <fieldset className="flex flex-col gap-3 border-t border-line pt-4">
          <legend className="sr-only">{t('conditions.title')}</legend>
          <h3 className="font-semibold">{t('conditions.title')}</h3>
          <ConditionsInput object={object} value={conditions} onChange={setConditions} faults={faults} computed={computed} />
        </fieldset>
        {general.length > 0 && <Fault>{general.join(' ')}</Fault>}
      </form>
    </SidePanel>
  )
}

// ---- choices ----

function Options({ options, onChange, fault }: { options: Choice[]; onChange: (next: Choice[]) => void; fault: string | undefined }) {
  const { t, i18n } = useTranslation()
  const shown = options.length > 0 ? options : [{ value: '', label: {}, hue: HUES[0] }]
  const set = (index: number, change: Partial<Choice>) => onChange(shown.map((option, at) => (at === index ? { ...option, ...change } : option)))
  const move = (from: number, to: number) => {
    const next = [...shown]
    const [moved] = next.splice(from, 1)
    if (moved) next.splice(to, 0, moved)
    onChange(next)
  }
  const add = () => onChange([...shown, { value: '', label: {}, hue: HUES[shown.length % HUES.length] ?? 240 }])
  return (
    <fieldset className="flex flex-col gap-1.5">
      <legend className="mb-1.5 text-meta font-medium text-fg-2">{t('fields.options')}</legend>
      {shown.map((option, index) => (
        <div key={index} className="flex items-center gap-1.5">
          <HuePick hue={option.hue ?? 240} label={t('fields.colour')} onPick={(hue) => set(index, { hue })} />
          <input
            className="input min-w-0 flex-1"
            aria-label={t('fields.option', { number: index + 1 })}
            value={option.label[i18n.language] ?? option.label['en'] ?? ''}
            onChange={(event) => set(index, { label: { ...option.label, [i18n.language]: event.target.value } })}
            onKeyDown={(event) => {
              if (event.key !== 'Enter') return
              event.preventDefault()
              if (index === shown.length - 1) add()
            }}
          />
          <IconButton label={t('fields.option_up', { number: index + 1 })} disabled={index === 0} onClick={() => move(index, index - 1)}><ArrowUp size={14} /></IconButton>
          <IconButton label={t('fields.option_down', { number: index + 1 })} disabled={index === shown.length - 1} onClick={() => move(index, index + 1)}><ArrowDown size={14} /></IconButton>
          <IconButton label={t('fields.remove_option')} onClick={() => onChange(shown.filter((_, at) => at !== index))}><X size={14} /></IconButton>
        </div>
      ))}
      {fault && <span role="alert" className="text-meta text-bad">{fault}</span>}
      <Button size="sm" className="self-start" onClick={add}><Plus size={13} />{t('fields.add_option')}</Button>
    </fieldset>
  )
}

function Target({ target, held, onChange }: { target: string; held: boolean; onChange: (name: string) => void }) {
  const { t } = useTranslation()
  const labelOf = useLabel()
  const definitions = useDefinitions()
  return (
    <Labelled label={t('fields.target')}>
      <select className="input" value={target} disabled={held} onChange={(event) => onChange(event.target.value)}>
        {(definitions?.objects ?? []).map((one) => <option key={one.id} value={one.name}>{labelOf(one.label_plural)}</option>)}
      </select>
    </Labelled>
  )
}

// ---- roll-ups ----

/** What the choice comes to, with the gaps filled by what is there. */
function useRollUp(object: ObjectDef, value: RollUp) {
  const definitions = useDefinitions()
  const children = (definitions?.objects ?? []).filter((candidate) => candidate.fields.some((one) => one.type === 'link' && one.target === object.name))
  const child = children.find((candidate) => candidate.name === value.object) ?? children[0]
  const links = (child?.fields ?? []).filter((one) => one.type === 'link' && one.target === object.name)
  const link = links.find((one) => one.name === value.link) ?? links[0]
  const wanted = value.aggregate === 'sum' ? ['money', 'integer', 'number'] : ['money', 'integer', 'number', 'date', 'time']
  const figures = (child?.fields ?? []).filter((one) => wanted.includes(storedType(one)))
  const figure = figures.find((one) => one.name === value.field) ?? figures[0]
  const days = value.aggregate !== 'count' && figure && storedType(figure) === 'money' ? (child?.fields ?? []).filter((one) => ['date', 'time'].includes(storedType(one))) : []
  const day = days.find((one) => one.name === value.on)
  return {
    children, child, links, link, figures, figure, days, day,
    result: value.aggregate === 'count' ? ('integer' as FieldType) : figure ? storedType(figure) : ('number' as FieldType),
    body: { object: child?.name, link: link?.name, aggregate: value.aggregate, ...(value.aggregate === 'count' ? {} : { field: figure?.name }), ...(day ? { on: day.name } : {}), ...(value.filter.trim() ? { filter: value.filter.trim() } : {}) },
  }
}

function RollUpInput({ object, held, value, onChange, fault }: { object: ObjectDef; held: boolean; value: RollUp; onChange: (next: RollUp) => void; fault: string | undefined }) {
  const { t } = useTranslation()
  const labelOf = useLabel()
  const { children, child, links, link, figures, figure, days, day } = useRollUp(object, value)
  const set = (change: Partial<RollUp>) => onChange({ ...value, ...change })
  if (!child) return <Note tone="warn">{fault ?? t('fields.no_children')}</Note>
  return (
    <fieldset disabled={held} className="grid grid-cols-2 gap-4 disabled:opacity-70">
      <Labelled label={t('fields.figure')}>
        <select className="input" value={value.aggregate} onChange={(event) => set({ aggregate: event.target.value })}>
          <option value="count">{t('fields.count')}</option>
          <option value="sum">{t('fields.sum')}</option>
          <option value="min">{t('fields.min')}</option>
          <option value="max">{t('fields.max')}</option>
        </select>
      </Labelled>
      <Labelled label={t('fields.child')}><select className="input" value={child.name} onChange={(event) => set({ object: event.target.value, link: '', field: '', on: '', filter: '' })}>{children.map((one) => <option key={one.id} value={one.name}>{labelOf(one.label_plural)}</option>)}</select></Labelled>
      {value.aggregate !== 'count' && <Labelled label={t('fields.of')}><select className="input" value={figure?.name ?? ''} onChange={(event) => set({ field: event.target.value })}>{figures.map((one) => <option key={one.id} value={one.name}>{labelOf(one.label)}</option>)}</select></Labelled>}
      <div className={cx(value.aggregate === 'count' && 'col-span-2')}><Labelled label={t('fields.through')}><select className="input" value={link?.name ?? ''} onChange={(event) => set({ link: event.target.value })}>{links.map((one) => <option key={one.id} value={one.name}>{labelOf(one.label)}</option>)}</select></Labelled></div>
      {days.length > 0 && (
        <div className="col-span-2">
          <Labelled label={t('fields.rate_of')}>
            <select className="input" value={day?.name ?? ''} onChange={(event) => set({ on: event.target.value })}>
              <option value="">{t('fields.rate_of_making')}</option>
              {days.map((one) => <option key={one.id} value={one.name}>{labelOf(one.label)}</option>)}
            </select>
          </Labelled>
        </div>
      )}
      <div className="col-span-2 flex flex-col gap-1">
        <span className="text-meta font-medium text-fg-2">{t('fields.only')}</span>
        <QuestionInput object={child} label={t('fields.only')} value={value.filter} placeholder={t('fields.only_example')} onChange={(filter) => set({ filter })} />
      </div>
    </fieldset>
  )
}
