/** The fields of one object: seen, added, renamed, taken away. */

import { useQueryClient } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { ArrowLeft, Pencil, Plus, Trash2, X } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ask, Problem, reasonOf } from '@/lib/api'
import { notify } from '@/lib/actions'
import type { Choice, FieldDef, FieldType, ObjectDef } from '@/lib/definitions'
import { definitionsQuery, useDefinitions, useLabel, useObject } from '@/lib/session'
import { fieldIcon } from '@/ui/icons'
import { Button, IconButton, Pill, Tick } from '@/ui/kit'
import { Modal } from '@/ui/overlays'
import { Blank } from '@/ui/states'
import { Compass } from 'lucide-react'
import { Labelled } from './Labelled'
import { nameFrom } from './names'

const TYPE_LABELS: Record<FieldType, string> = {
  text: 'type.text', long_text: 'type.long_text', integer: 'type.integer', number: 'type.number', money: 'type.money', date: 'type.date', time: 'type.time', choice: 'type.choice', multi_choice: 'type.multi_choice',
  boolean: 'type.boolean', email: 'type.email', phone: 'type.phone', url: 'type.url', address: 'type.address', file: 'type.file', link: 'type.link', links: 'type.links', formula: 'type.formula', roll_up: 'type.roll_up', json: 'type.json',
}
const NEW_TYPES: FieldType[] = ['text', 'long_text', 'integer', 'number', 'money', 'date', 'time', 'choice', 'multi_choice', 'boolean', 'email', 'phone', 'url', 'address', 'file', 'link', 'links', 'formula', 'roll_up']
const RESULT_TYPES: FieldType[] = ['text', 'integer', 'number', 'money', 'date', 'boolean']
const HUES = [240, 160, 295, 70, 25, 155, 12, 172, 196, 252, 275, 322]

export default function FieldsPage() {
  const { t } = useTranslation()
  const labelOf = useLabel()
  const { name } = useParams({ from: '/inside/settings/objects/$name' })
  const object = useObject(name)
  const queries = useQueryClient()
  const [adding, setAdding] = useState(false)
  const [changing, setChanging] = useState<FieldDef | null>(null)
  const [removing, setRemoving] = useState<FieldDef | null>(null)
  if (!object) return <Blank icon={Compass} title={t('state.no_object')} />
  const refresh = () => queries.invalidateQueries({ queryKey: definitionsQuery.queryKey })

  async function remove(field: FieldDef) {
    setRemoving(null)
    try {
      await ask('DELETE', `/definitions/${name}/fields/${field.name}`)
      notify({ text: t('fields.removed', { name: labelOf(field.label) }) })
    } catch (error) {
      notify({ text: t('notice.not_saved', { reason: reasonOf(error) }), tone: 'bad' })
    }
    void refresh()
  }

  return (
    <div>
      <Link to="/settings/objects" className="mb-2 inline-flex items-center gap-1.5 text-meta text-fg-3 hover:text-fg"><ArrowLeft size={13} className="rtl:rotate-180" />{t('objects.title')}</Link>
      <div className="mb-5 flex items-center gap-3">
        <h1 className="flex-1 truncate text-title font-semibold">{labelOf(object.label_plural)}</h1>
        <Button look="primary" onClick={() => setAdding(true)}><Plus size={15} />{t('fields.new')}</Button>
      </div>
      <ul className="rounded-md shadow-[inset_0_0_0_1px_var(--line)]">
        {object.fields.map((field) => {
          const Icon = fieldIcon(field)
          return (
            <li key={field.id} className="flex min-h-11 items-center gap-3 border-b border-line px-4 last:border-0">
              <Icon size={15} strokeWidth={1.75} className="shrink-0 text-fg-3" />
              <span className="min-w-0 flex-1">
                <span className="block truncate font-medium">{labelOf(field.label)}</span>
                <span className="block truncate text-meta text-fg-3">{field.name}</span>
              </span>
              {field.required && <Pill hue={70}>{t('form.required_mark')}</Pill>}
              {field.custom && <Pill hue={275}>{t('objects.own')}</Pill>}
              <span className="w-32 shrink-0 truncate text-end text-fg-2">{t(TYPE_LABELS[field.type])}</span>
              <span className="flex w-16 shrink-0 justify-end">
                {field.custom && (
                  <>
                    <IconButton label={t('fields.change')} onClick={() => setChanging(field)}><Pencil size={14} /></IconButton>
                    <IconButton label={t('fields.remove')} onClick={() => setRemoving(field)}><Trash2 size={14} /></IconButton>
                  </>
                )}
              </span>
            </li>
          )
        })}
      </ul>
      {adding && <FieldDialog object={object} onClose={() => setAdding(false)} onSaved={refresh} />}
      {changing && <FieldDialog object={object} field={changing} onClose={() => setChanging(null)} onSaved={refresh} />}
      {removing && (
        <Modal open title={t('fields.remove_title', { name: labelOf(removing.label) })} onClose={() => setRemoving(null)} footer={<><Button onClick={() => setRemoving(null)}>{t('common.cancel')}</Button><Button look="danger" onClick={() => void remove(removing)}>{t('fields.remove')}</Button></>}>
          <p className="text-fg-2">{t('fields.remove_lead')}</p>
        </Modal>
      )}
    </div>
  )
}

function FieldDialog({ object, field, onClose, onSaved }: { object: ObjectDef; field?: FieldDef; onClose: () => void; onSaved: () => Promise<void> }) {
  const { t, i18n } = useTranslation()
  const labelOf = useLabel()
  const definitions = useDefinitions()
  const [label, setLabel] = useState(field ? labelOf(field.label) : '')
  const [name, setName] = useState<string | null>(field?.name ?? null)
  const [type, setType] = useState<FieldType>(field?.type ?? 'text')
  const [help, setHelp] = useState(field?.help ? labelOf(field.help) : '')
  const [required, setRequired] = useState(field?.required ?? false)
  const [options, setOptions] = useState<Choice[]>(field?.options ?? [{ value: '', label: { en: '' }, hue: HUES[0] ?? 240 }])
  const [target, setTarget] = useState(field?.target ?? 'contact')
  const [formula, setFormula] = useState(field?.formula ?? '')
  const [result, setResult] = useState<FieldType>(field?.result?.type ?? 'number')
  const [child, setChild] = useState(field?.rollup?.object ?? '')
  const [link, setLink] = useState(field?.rollup?.link ?? '')
  const [aggregate, setAggregate] = useState(field?.rollup?.aggregate ?? 'count')
  const [summed, setSummed] = useState(field?.rollup?.field ?? '')
  const [childFilter, setChildFilter] = useState(field?.rollup?.filter ?? '')
  const [faults, setFaults] = useState<Record<string, string>>({})
  const [general, setGeneral] = useState<string | null>(null)
  const theName = name ?? nameFrom(label)
  const hasOptions = type === 'choice' || type === 'multi_choice'

  const children = (definitions?.objects ?? []).filter((candidate) => candidate.fields.some((one) => one.type === 'link' && one.target === object.name))
  const childObject = children.find((candidate) => candidate.name === child) ?? children[0]
  const childLinks = (childObject?.fields ?? []).filter((one) => one.type === 'link' && one.target === object.name)
  const childFigures = (childObject?.fields ?? []).filter((one) => ['money', 'integer', 'number', 'date', 'time'].includes(one.result?.type ?? one.type))

  const inLanguages = (text: string) => ({ ...field?.label, en: i18n.language === 'en' ? text : (field?.label['en'] ?? text), [i18n.language]: text })

  async function save(event: React.FormEvent) {
    event.preventDefault()
    const found: Record<string, string> = {}
    if (label.trim() === '') found['label'] = t('form.required')
    if (!/^[a-z][a-z0-9_]*$/.test(theName)) found['name'] = t('objects.bad_name')
    const kept = options.map((option) => ({ ...option, value: option.value || nameFrom(labelOf(option.label)) || labelOf(option.label) })).filter((option) => option.value !== '')
    if (hasOptions && kept.length === 0) found['options'] = t('fields.no_options')
    if (type === 'formula' && formula.trim() === '') found['formula'] = t('form.required')
    setFaults(found)
    setGeneral(null)
    if (Object.keys(found).length > 0) return
    const common = { label: inLanguages(label.trim()), required, ...(help.trim() ? { help: { en: help.trim(), [i18n.language]: help.trim() } } : {}), ...(hasOptions ? { options: kept } : {}) }
    const figure = childFigures.find((one) => one.name === summed) ?? childFigures[0]
    try {
      if (field) {
        await ask('PATCH', `/definitions/${object.name}/fields/${field.name}`, { body: { ...common, ...(theName === field.name ? {} : { name: theName }) } })
      } else {
        await ask('POST', `/definitions/${object.name}/fields`, {
          body: {
            name: theName,
            type,
            ...common,
            ...(type === 'link' || type === 'links' ? { target } : {}),
            ...(type === 'formula' ? { formula: formula.trim(), result: { type: result } } : {}),
            ...(type === 'roll_up'
              ? {
                  rollup: { object: childObject?.name ?? '', link: link || childLinks[0]?.name, aggregate, ...(aggregate === 'count' ? {} : { field: figure?.name }), ...(childFilter.trim() ? { filter: childFilter.trim() } : {}) },
                  result: { type: aggregate === 'count' ? 'integer' : (figure?.result?.type ?? figure?.type ?? 'number') },
                }
              : {}),
          },
        })
      }
      await onSaved()
      notify({ text: t('fields.saved', { name: label.trim() }) })
      onClose()
    } catch (error) {
      const beside = error instanceof Problem ? Object.fromEntries(error.fields.map((fault) => [fault.pointer.split('/')[1] ?? '', fault.detail])) : {}
      setFaults(beside)
      setGeneral(Object.keys(beside).some((key) => ['label', 'name', 'options', 'formula'].includes(key)) ? null : reasonOf(error))
    }
  }

  const setOption = (index: number, change: Partial<Choice>) => setOptions((held) => held.map((option, at) => (at === index ? { ...option, ...change } : option)))

  return (
    <Modal open title={field ? t('fields.change') : t('fields.new')} onClose={onClose} width="max-w-[560px]">
      <form className="flex flex-col gap-4" onSubmit={(event) => void save(event)}>
        <div className="grid grid-cols-2 gap-4">
          <Labelled label={t('fields.label')} fault={faults['label']}><input className="input" autoFocus value={label} onChange={(event) => setLabel(event.target.value)} /></Labelled>
          <Labelled label={t('objects.name')} fault={faults['name']} help={t('objects.name_help')}><input className="input font-mono text-meta" value={theName} onChange={(event) => setName(event.target.value)} /></Labelled>
        </div>
        <Labelled label={t('fields.type')}>
          <select className="input" value={type} disabled={field !== undefined} onChange={(event) => setType(event.target.value as FieldType)}>
            {(field ? [field.type] : NEW_TYPES).map((one) => <option key={one} value={one}>{t(TYPE_LABELS[one])}</option>)}
          </select>
        </Labelled>
        {hasOptions && (
          <fieldset className="flex flex-col gap-1.5">
            <legend className="mb-1 text-meta font-medium text-fg-2">{t('fields.options')}</legend>
            {options.map((option, index) => (
              <div key={index} className="flex items-center gap-2">
                <button type="button" aria-label={t('fields.colour')} onClick={() => setOption(index, { hue: HUES[(HUES.indexOf(option.hue ?? 0) + 1) % HUES.length] ?? 240 })} className="face grid size-8 shrink-0 place-items-center rounded-sm" style={{ '--hue': option.hue ?? 240 } as React.CSSProperties}><i className="size-2.5 rounded-full bg-current" /></button>
                <input className="input" aria-label={t('fields.option', { number: index + 1 })} value={labelOf(option.label)} onChange={(event) => setOption(index, { label: { ...option.label, en: i18n.language === 'en' || !option.label['en'] || !option.value ? event.target.value : option.label['en'], [i18n.language]: event.target.value } })} />
                <IconButton label={t('fields.remove_option')} onClick={() => setOptions((held) => held.filter((_, at) => at !== index))}><X size={14} /></IconButton>
              </div>
            ))}
            {faults['options'] && <span role="alert" className="text-meta text-bad">{faults['options']}</span>}
            <Button size="sm" className="self-start" onClick={() => setOptions((held) => [...held, { value: '', label: { en: '' }, hue: HUES[held.length % HUES.length] ?? 240 }])}><Plus size={13} />{t('fields.add_option')}</Button>
          </fieldset>
        )}
        {(type === 'link' || type === 'links') && !field && (
          <Labelled label={t('fields.target')}>
            <select className="input" value={target} onChange={(event) => setTarget(event.target.value)}>
              {(definitions?.objects ?? []).map((one) => <option key={one.id} value={one.name}>{labelOf(one.label_plural)}</option>)}
            </select>
          </Labelled>
        )}
        {type === 'formula' && !field && (
          <>
            <Labelled label={t('fields.formula')} fault={faults['formula']} help={t('fields.formula_help')}><textarea rows={2} spellCheck={false} className="input font-mono text-meta" value={formula} placeholder={'round(days_between(created_at, today) / 7, 1)'} onChange={(event) => setFormula(event.target.value)} /></Labelled>
            <Labelled label={t('fields.result')}>
              <select className="input" value={result} onChange={(event) => setResult(event.target.value as FieldType)}>{RESULT_TYPES.map((one) => <option key={one} value={one}>{t(TYPE_LABELS[one])}</option>)}</select>
            </Labelled>
          </>
        )}
        {type === 'roll_up' && !field && (children.length === 0 ? <p className="text-fg-2">{t('fields.no_children')}</p> : (
          <div className="grid grid-cols-2 gap-4">
            <Labelled label={t('fields.child')}><select className="input" value={childObject?.name} onChange={(event) => setChild(event.target.value)}>{children.map((one) => <option key={one.id} value={one.name}>{labelOf(one.label_plural)}</option>)}</select></Labelled>
            <Labelled label={t('fields.through')}><select className="input" value={link || childLinks[0]?.name} onChange={(event) => setLink(event.target.value)}>{childLinks.map((one) => <option key={one.id} value={one.name}>{labelOf(one.label)}</option>)}</select></Labelled>
            <Labelled label={t('fields.figure')}>
              <select className="input" value={aggregate} onChange={(event) => setAggregate(event.target.value)}>
                <option value="count">{t('fields.count')}</option>
                <option value="sum">{t('fields.sum')}</option>
                <option value="min">{t('fields.min')}</option>
                <option value="max">{t('fields.max')}</option>
              </select>
            </Labelled>
            {aggregate !== 'count' && <Labelled label={t('fields.of')}><select className="input" value={summed || childFigures[0]?.name} onChange={(event) => setSummed(event.target.value)}>{childFigures.map((one) => <option key={one.id} value={one.name}>{labelOf(one.label)}</option>)}</select></Labelled>}
            <div className="col-span-2"><Labelled label={t('fields.only')} help={t('fields.only_help')}><input className="input font-mono text-meta" spellCheck={false} value={childFilter} placeholder={'status = "shipped"'} onChange={(event) => setChildFilter(event.target.value)} /></Labelled></div>
          </div>
        ))}
        <Labelled label={t('fields.help')}><input className="input" value={help} onChange={(event) => setHelp(event.target.value)} /></Labelled>
        {type !== 'formula' && type !== 'roll_up' && (
          <label className="flex items-center gap-2.5"><Tick label={t('fields.required')} checked={required} onChange={setRequired} />{t('fields.required')}</label>
        )}
        {general && <p role="alert" className="text-bad">{general}</p>}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{t('common.cancel')}</Button>
          <Button look="primary" type="submit">{field ? t('common.save') : t('fields.create')}</Button>
        </div>
      </form>
    </Modal>
  )
}
