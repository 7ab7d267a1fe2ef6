/** One's mailboxes and those of one's teams: what each folder does, what went wrong with it, and what could not be read. */

import { useQuery, useQueryClient } from '@tanstack/react-query'
import { FileWarning, Inbox, MailPlus, Pencil, RotateCw } from 'lucide-react'
import { useState } from 'react'
import { ask } from '@/lib/api'
import { formatBytes, formatNumber, formatRelative } from '@/lib/format'
import { mailboxesQuery, type Mailbox, type MailFolder } from '@/lib/mail'
import { useLocale, useObject, useSession } from '@/lib/session'
import { useTranslation } from '@/lib/useTranslation'
import { Button, IconButton, Pill, Tick } from '@/ui/kit'
import { Blank, Bones, Failed } from '@/ui/states'
import MailboxDialog from './MailboxDialog'
import { Card, Line, Lines, Page, Section, useTry } from './parts'
import { useTrouble } from './mailboxWords'

export default function MailboxesPage() {
  const { t } = useTranslation()
  const mailboxes = useQuery(mailboxesQuery)
  const object = useObject('mailbox')
  const [editing, setEditing] = useState<Mailbox | 'new' | null>(null)
  if (mailboxes.isError && !mailboxes.data) return <Failed error={mailboxes.error} onRetry={() => void mailboxes.refetch()} />
  return (
    <Page title={t('mailboxes.title')} lead={t('mailboxes.lead')} action={object?.can.create && <Button look="primary" onClick={() => setEditing('new')}><MailPlus size={14} />{t('mailboxes.add')}</Button>}>
      {!mailboxes.data ? <Bones rows={4} className="!px-0" /> : mailboxes.data.length === 0 ? <Blank icon={Inbox} title={t('mailboxes.none')}>{t('mailboxes.none_hint')}</Blank> : mailboxes.data.map((one) => <Box key={one.id} box={one} onEdit={() => setEditing(one)} />)}
      {editing && <MailboxDialog mailbox={editing === 'new' ? null : editing.id} onClose={() => setEditing(null)} />}
    </Page>
  )
}

const SIGHTS = { metadata: 'mailboxes.sight_metadata', subject: 'mailboxes.sight_subject', all: 'mailboxes.sight_all' } as const

function Box({ box, onEdit }: { box: Mailbox; onEdit: () => void }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const queries = useQueryClient()
  const attempt = useTry()
  const me = useSession()
  const mayChange = box.owner === me?.user.id || me?.can.admin === true
  const bad = box.folders.some((folder) => folder.chosen && folder.code)
  const read = box.folders.some((folder) => folder.chosen && folder.last_at)
  async function act(work: () => Promise<unknown>, done?: string) {
    await attempt(work, done)
    await queries.invalidateQueries({ queryKey: ['mail'] })
  }
  const choose = (folder: MailFolder, chosen: boolean) => act(() => ask('PUT', `/mailboxes/${box.id}/folders`, { body: { folders: box.folders.filter((one) => (one.name === folder.name ? chosen : one.chosen)).map((one) => one.name) } }))

  return (
    <Section
      title={box.name}
      lead={`${box.address} · ${t(SIGHTS[box.privacy])}`}
      action={mayChange && <span className="flex gap-1"><IconButton label={t('mailboxes.read_now')} onClick={() => void act(() => ask('POST', `/mailboxes/${box.id}/read`), t('mailboxes.is_read'))}><RotateCw size={14} /></IconButton><IconButton label={t('mailboxes.edit')} onClick={onEdit}><Pencil size={14} /></IconButton></span>}
    >
      <div className="flex flex-col gap-3">
        <p>{box.paused ? <Pill>{t('mailboxes.paused')}</Pill> : !box.has_secret ? <Pill hue={40} dot>{t('mailboxes.no_secret')}</Pill> : bad ? <Pill hue={20} dot>{t('mailboxes.in_trouble')}</Pill> : read ? <Pill hue={155} dot>{t('mailboxes.well')}</Pill> : <Pill hue={240} dot>{t('mailboxes.not_yet')}</Pill>}</p>
        {box.folders.length > 0 && <Lines label={t('mailboxes.folders')}>{box.folders.map((folder) => <Folder key={folder.name} folder={folder} onChoose={mayChange ? (chosen) => void choose(folder, chosen) : undefined} />)}</Lines>}
        {box.aside.length > 0 && (
          <Card>
            <p className="flex items-center gap-2 font-medium"><FileWarning size={15} className="text-bad" />{t('mailboxes.aside', { count: box.aside.length })}</p>
            <p className="text-fg-2">{t('mailboxes.aside_hint')}</p>
            <Lines label={t('mailboxes.aside_title')}>
              {box.aside.map((one) => <Line key={one.id} title={one.folder} note={`${formatBytes(one.bytes, locale)} · ${formatRelative(one.at, locale)}`}><IconButton label={t('mailboxes.again')} onClick={() => void act(() => ask('POST', `/mail/aside/${one.id}`), t('mailboxes.is_read'))}><RotateCw size={14} /></IconButton></Line>)}
            </Lines>
          </Card>
        )}
      </div>
    </Section>
  )
}

function Folder({ folder, onChoose }: { folder: MailFolder; onChoose: ((chosen: boolean) => void) | undefined }) {
  const { t } = useTranslation()
  const locale = useLocale()
  const trouble = useTrouble()
  const said = folder.code
    ? [trouble(folder.code), folder.detail, folder.next_at && t('mailboxes.next', { count: folder.tries, when: formatRelative(folder.next_at, locale) })]
    : [folder.last_at && t('mailboxes.last', { when: formatRelative(folder.last_at, locale) }), folder.chosen && t('mailboxes.taken', { count: folder.taken, shown: formatNumber(folder.taken, locale) }), folder.skipped > 0 && t('mailboxes.skipped', { count: folder.skipped, shown: formatNumber(folder.skipped, locale) })]
  return (
    <Line icon={<Tick checked={folder.chosen} label={t('mailboxes.choose', { folder: folder.shown })} onChange={(chosen) => onChoose?.(chosen)} />} title={folder.shown} note={folder.chosen ? said.filter(Boolean).join(' · ') : t('mailboxes.not_chosen')}>
      {folder.chosen && folder.code && <Pill hue={20} dot>{trouble(folder.code)}</Pill>}
    </Line>
  )
}
