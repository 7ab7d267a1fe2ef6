/** What went wrong with a server of mail, in words. */

import { useTranslation } from '@/lib/useTranslation'

const TROUBLES: Record<string, string> = {
  unreachable: 'mailboxes.unreachable', silent: 'mailboxes.silent', sign_in: 'mailboxes.sign_in', tls: 'mailboxes.tls', needs_tls: 'mailboxes.needs_tls', address_refused: 'mailboxes.address_refused',
  not_imap: 'mailboxes.not_imap', not_smtp: 'mailboxes.not_smtp', no_secret: 'mailboxes.no_secret', refused: 'mailboxes.refused', no_stable_ids: 'mailboxes.no_stable_ids',
}

export function useTrouble(): (code: string) => string {
  const { t } = useTranslation()
  return (code) => t(TROUBLES[code] ?? 'mailboxes.refused')
}
