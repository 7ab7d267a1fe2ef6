/** A record made or changed in a side panel drawn from its definition: required first, faults beside their fields, a draft that survives. */

import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { Lock } from 'lucide-react'
import { lazy, Suspense, useEffect, useMemo, useRef, useState, type FormEvent } from 'react'
import { useTranslation } from '@/lib/useTranslation'
import { Problem, reasonOf } from '@/lib/api'
import { clashStore, lookAtRights, useActs } from '@/lib/actions'
import { stateOf } from '@/lib/conditions'
import { isEditable, storedType, templateFields, type FieldDef, type ObjectDef } from '@/lib/definitions'
import { hashOf } from '@/lib/format'
import { isCommand, shortcut } from '@/lib/keys'
import { sectionsByDefinition, sectionsByLayout, useLayout } from '@/lib/layout'
import { formStore, type FormRequest } from '@/lib/panels'
import { conflictOf, createRecord, isEmpty, linkedOf, recordQuery, saveRecord, type Linked, type RecordData } from '@/lib/records'
import { useLabel, useObject, useSession } from '@/lib/session'
import { keep, keptJson } from '@/lib/storage'
import { useDraft } from '@/lib/useDraft'
import { useSectionTitle } from '@/ui/Details'
import { FieldInput } from '@/ui/FieldInput'
import { FieldValue } from '@/ui/FieldValue'
import { iconOf } from '@/ui/icons'
import { Button, Key, Tick } from '@/ui/kit'
import { SidePanel } from '@/ui/overlays'
import { Bones, Failed } from '@/ui/states'

const Duplicates = lazy(() => import('./Duplicates'))

export default function RecordForm({ request }: { request: FormRequest }) {
  const object = useObject(request.object)
  if (!object) return null
  return request.kind === 'create' ? <CreateForm object={object} request={request} /> : <EditForm object={object} id={request.id} />
}

type Values = Record<string, unknown>
type Links = NonNullable<RecordData['linked']>

interface Draft {
  values: Values
  linked: Links
}

function CreateForm({ object, request }: { object: ObjectDef; request: Extract<FormRequest, { kind: 'create' }> }) {
  const { t } = useTranslation()
  const labelOf = useLabel()
  const acts = useActs()
  const navigate = useNavigate()
  const defaults = useMemo(() => Object.fromEntries(object.fields.filter((field) => field.default !== undefined && field.default !== null).map((field) => [field.name, field.default])), [object])
  const session = useSession()
  // Whoever makes a record owns it, unless they say otherwise.
  const owner = object.fields.find((field) => field.name === object.owner && field.type === 'link' && field.target === 'user' && !field.readonly)
  const own = owner && session ? { values: { [owner.name]: session.user.id }, linked: { [owner.name]: { id: session.user.id, object: 'user', title: session.user.name } } } : { values: {}, linked: {} }
  const first: Draft = { values: { ...own.values, ...defaults, ...request.preset }, linked: { ...own.linked, ...request.linked } }

  return (
    <FormPanel
      object={object}
      title={t('form.create', { object: labelOf(object.label).toLocaleLowerCase() })}
      draftName={request.preset ? `draft.${object.name}.${hashOf(JSON.stringify(request.preset))}` : `draft.${object.name}`}
      isPreset={request.preset !== undefined}
      stored={null}
      first={first}
      submit={t('form.save_new')}
      again
      onSave={async ({ values }, more) => {
        const sent = Object.fromEntries(Object.entries(values).filter(([, value]) => !isEmpty(value) || value === false))
        const { data, change } = await createRecord(object.plural, sent)
        acts.created(object, data, change, request.stay || more ? undefined : { label: t('form.open'), run: () => void navigate({ to: '/o/$plural/$id', params: { plural: object.plural, id: data.id } }) })
        if (!more) formStore.set(null)
      }}
    />
  )
}

function EditForm({ object, id }: { object: ObjectDef; id: string }) {
  const { t } = useTranslation()
  const record = useQuery(recordQuery(object.plural, id))
  const acts = useActs()
  const queries = useQueryClient()
  // What stood here when editing began; a change by others meanwhile is a clash only in the same field.
  const [began, setBegan] = useState<RecordData | null>(null)
  useEffect(() => {
    if (record.data && !began) setBegan(record.data)
  }, [record.data, began])

  if (!began) {
    return (
      <SidePanel title={t('form.edit', { title: '…' })} open onClose={() => formStore.set(null)}>
        {record.isError ? <Failed error={record.error} onRetry={() => void record.refetch()} /> : <Bones rows={8} />}
      </SidePanel>
    )
  }
  const first: Draft = { values: Object.fromEntries(object.fields.map((field) => [field.name, began[field.name]])), linked: began.linked ?? {} }

  return (
    <FormPanel
      object={object}
      title={t('form.edit', { title: began.title })}
      draftName={`draft.${object.name}.${id}.${began.version}`}
      stored={began}
      first={first}
      submit={t('common.save')}
      onSave={async ({ values, linked }) => {
        const set = Object.fromEntries(Object.entries(values).filter(([name, value]) => JSON.stringify(value ?? null) !== JSON.stringify(began[name] ?? null)))
        if (Object.keys(set).length === 0) return formStore.set(null)
        try {
          const { data, change } = await saveRecord(object.plural, id, set, began.version)
          acts.created(object, data, change)
          for (const kind of ['record', 'timeline', 'history']) void queries.invalidateQueries({ queryKey: [kind, object.plural, id] })
          formStore.set(null)
        } catch (error) {
          const details = conflictOf(error)
          if (!details) throw error
          clashStore.set({ object, record: began, set, linked: Object.fromEntries(Object.entries(linked).filter(([name]) => name in set)), details })
          formStore.set(null)
        }
      }}
    />
  )
}

function FormPanel({ object, title, draftName, isPreset, stored, first, submit, again, onSave }: {
  object: ObjectDef
  title: string
  draftName: string
  /** Opened with values already given, from a list or a record it belongs to. */
  isPreset?: boolean
  /** What is saved now, of a record that is edited. */
  stored: RecordData | null
  first: Draft
  submit: string
  again?: boolean
  onSave: (draft: Draft, more: boolean) => Promise<void>
}) {
  const { t } = useTranslation()
  const labelOf = useLabel()
  const sectionTitle = useSectionTitle()
  const queries = useQueryClient()
  const session = useSession()
  const layout = useLayout(object)
  const kept = useMemo(() => keptJson<Draft | null>(draftName, null), [draftName])
  const [draft, setDraft] = useState<Draft>(() => kept ?? first)
  const [resumed, setResumed] = useState(kept !== null)
  const [faults, setFaults] = useState<Record<string, string>>({})
  const [general, setGeneral] = useState<unknown>(null)
  const [busy, setBusy] = useState(false)
  const [more, setMore] = useState(false)
  const form = useRef<HTMLFormElement>(null)
  const Icon = iconOf(object.icon)

  const me = session?.user.id ?? null
  const possible = object.fields.filter((field) => isEditable({ ...object, can: { ...object.can, update: true } }, field))
  const states = new Map(possible.map((field) => [field.name, stateOf(field, draft.values, stored, me)]))
  const isRequired = (field: FieldDef) => states.get(field.name)?.required === true
  // A hidden field keeps its place in the definition and is asked for nowhere; a locked one is shown and cannot be changed.
  const editable = possible.filter((field) => states.get(field.name)?.shown !== false)
  // First what must be there and what the record is called by.
  const naming = new Set(templateFields(object.title))
  // Of these the record needs one; they stand with what it cannot do without.
  const oneOf = (object as ObjectDef & { needs_any?: string[] }).needs_any ?? []
  const lacksAll = oneOf.length > 0 && oneOf.every((name) => isEmpty(draft.values[name]))
  const required = editable.filter((field) => isRequired(field) || naming.has(field.name) || (oneOf.includes(field.name) && field.section !== 'system'))
  const others = editable.filter((field) => !required.includes(field))

  const dirty = JSON.stringify(draft.values) !== JSON.stringify(first.values)
  useDraft(draftName, dirty ? JSON.stringify(draft) : null)

  function change(field: FieldDef, value: unknown, linked?: Linked | Linked[] | null) {
    setDraft((held) => ({ values: { ...held.values, [field.name]: value }, linked: linked === undefined ? held.linked : { ...held.linked, [field.name]: linked } }))
    setFaults(({ [field.name]: _gone, ...rest }) => rest)
  }

  /** On leaving a field, not on each key. */
  function checkLeft(field: FieldDef) {
    const value = draft.values[field.name]
    const fault = faultOf(field, value, isRequired(field), t)
    if (fault && !(isEmpty(value) && !(field.name in faults))) setFaults((held) => ({ ...held, [field.name]: fault }))
  }

  async function save(event?: FormEvent) {
    event?.preventDefault()
    if (busy) return
    const found = Object.fromEntries(editable.flatMap((field) => {
      const fault = faultOf(field, draft.values[field.name], isRequired(field), t)
      return fault ? [[field.name, fault]] : []
    }))
    setFaults(found)
    setGeneral(null)
    if (Object.keys(found).length > 0) return reveal(Object.keys(found))
    if (again && editable.every((field) => isEmpty(draft.values[field.name]) || JSON.stringify(draft.values[field.name]) === JSON.stringify(first.values[field.name])) && !isPreset) {
      setGeneral(new Error(t('form.nothing')))
      return
    }
    setBusy(true)
    try {
      // What a condition hides is not sent: nobody saw it.
      await onSave({ ...draft, values: Object.fromEntries(Object.entries(draft.values).filter(([name]) => states.get(name)?.shown !== false && !states.get(name)?.readonly)) }, more)
      keep(draftName, null)
      if (more) {
        setDraft(first)
        setResumed(false)
        form.current?.querySelector<HTMLElement>('input,textarea')?.focus()
      }
    } catch (error) {
      keep(draftName, JSON.stringify(draft))
      lookAtRights(queries, error)
      const beside: Record<string, string> = {}
      if (error instanceof Problem) {
        for (const one of error.fields) {
          const name = one.pointer.split('/')[1] ?? ''
          if (editable.some((field) => field.name === name)) beside[name] = one.detail || error.message
        }
      }
      setFaults(beside)
      if (Object.keys(beside).length > 0) reveal(Object.keys(beside))
      else setGeneral(error)
    } finally {
      setBusy(false)
    }
  }

  // Also while a list of the form is just closing and the focus is nowhere.
  const saveNow = useRef(save)
  saveNow.current = save
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing || event.key !== 'Enter' || !isCommand(event)) return
      event.preventDefault()
      void saveNow.current()
    }
    window.addEventListener('keydown', onKeyDown)
    return () => window.removeEventListener('keydown', onKeyDown)
  }, [])

  function reveal(names: string[]) {
    requestAnimationFrame(() => {
      const place = editable.map((field) => field.name).find((name) => names.includes(name))
      const block = form.current?.querySelector<HTMLElement>(`[data-field="${place}"]`)
      block?.scrollIntoView({ block: 'center' })
      block?.querySelector<HTMLElement>('input,textarea,button')?.focus()
    })
  }

  const block = (field: FieldDef) => {
    const id = `form-${object.name}-${field.name}`
    const fault = faults[field.name]
    const isLocked = states.get(field.name)?.readonly === true
    const said = [fault ? `${id}-fault` : null, field.help ? `${id}-help` : null].filter(Boolean).join(' ')
    return (
      <div key={field.name} data-field={field.name} className="flex flex-col gap-1">
        <label htmlFor={id} className="flex items-baseline gap-1 text-meta font-medium text-fg-2">
          {labelOf(field.label)}
          {isRequired(field) && <span className="font-normal text-fg-3">· {t('form.required_mark')}</span>}
        </label>
        {isLocked ? <div id={id} className="flex min-h-8 items-center gap-2 rounded-sm bg-hover px-2.5 text-fg-2"><Lock size={13} className="shrink-0 text-fg-3" /><FieldValue field={field} record={{ ...stored, linked: draft.linked } as RecordData} full /></div> : <FieldInput
          id={id}
          field={field}
          value={draft.values[field.name]}
          linked={linkedOf({ linked: draft.linked } as RecordData, field)}
          invalid={fault !== undefined}
          describedBy={said}
          onChange={(value, linked) => change(field, value, linked)}
          onBlur={() => checkLeft(field)}
        />}
        {fault ? <p id={`${id}-fault`} role="alert" className="text-meta text-bad">{fault}</p> : field.help && <p id={`${id}-help`} className="text-meta text-fg-3">{labelOf(field.help)}</p>}
      </div>
    )
  }

  const sections = (layout ? sectionsByLayout(layout, others) : sectionsByDefinition(others)).filter((section) => section.fields.length > 0)

  return (
    <SidePanel
      open
      onClose={() => formStore.set(null)}
      title={<><Icon size={16} strokeWidth={1.75} className="shrink-0 text-accent-text" /><span className="truncate">{title}</span></>}
      footer={
        <>
          {again && (
            <label className="flex items-center gap-2 text-fg-2">
              <Tick label={t('form.another')} checked={more} onChange={setMore} />
              {t('form.another')}
            </label>
          )}
          <span className="flex-1" />
          <Button onClick={() => formStore.set(null)}>{t('common.cancel')}</Button>
          <Button look="primary" size="md" onClick={() => void save()} aria-busy={busy}>
            {busy ? t('form.saving') : submit}
            <Key>{shortcut('⌘↵')}</Key>
          </Button>
        </>
      }
    >
      <form
        ref={form}
        noValidate
        onSubmit={(event) => void save(event)}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && isCommand(event)) {
            event.preventDefault()
            void save()
          }
        }}
        className="flex min-h-0 flex-1 flex-col gap-4 overflow-y-auto px-5 py-4"
      >
        {resumed && (
          <p className="flex items-center gap-2 rounded-md bg-accent-soft px-3 py-1.5 text-meta text-accent-text">
            <span className="flex-1">{t('form.draft')}</span>
            <button type="button" className="font-medium underline" onClick={() => { setDraft(first); setResumed(false) }}>{t('form.drop_draft')}</button>
          </p>
        )}
        {general !== null && (
          <div role="alert" className="rounded-md bg-bad-soft px-3 py-2 text-bad">
            <p>{general instanceof Problem ? t('notice.not_saved', { reason: general.isOffline ? t('state.offline') : reasonOf(general) }) : reasonOf(general)}</p>
            {general instanceof Problem && <p className="text-meta">{t('form.kept')}</p>}
            {general instanceof Problem && general.requestId && <p className="text-meta">{t('state.request', { id: general.requestId })}</p>}
          </div>
        )}
        {required.map(block)}
        {oneOf.length > 0 && lacksAll && dirty && <p className="text-meta text-fg-3">{t('form.one_of', { fields: required.filter((field) => oneOf.includes(field.name)).map((field) => labelOf(field.label)).join(', ') })}</p>}
        <Suspense><Duplicates object={object} values={draft.values} except={stored?.id ?? null} /></Suspense>
        {sections.map((section) => (
          <fieldset key={section.name} className="flex flex-col gap-4">
            <legend className="mb-3 w-full border-b border-line pt-1 pb-1.5 text-body font-semibold">{sectionTitle(section)}</legend>
            {section.fields.map(block)}
          </fieldset>
        ))}
      </form>
    </SidePanel>
  )
}

/** What is plainly wrong before the server is asked. */
function faultOf(field: FieldDef, value: unknown, isRequired: boolean, t: (key: string) => string): string | null {
  if (isEmpty(value)) return isRequired && value !== false ? t('form.required') : null
  const type = storedType(field)
  if (type === 'email' && !/^\S+@\S+\.\S+$/.test(String(value))) return t('form.bad_email')
  if (type === 'url' && !/^[a-z][a-z0-9+.-]*:\/\/\S+$/i.test(String(value))) return t('form.bad_url')
  if ((type === 'integer' || type === 'number') && typeof value !== 'number') return t('form.bad_number')
  if (type === 'integer' && !Number.isInteger(value)) return t('form.bad_integer')
  if (type === 'money' && typeof value !== 'object') return t('form.bad_money')
  return null
}
