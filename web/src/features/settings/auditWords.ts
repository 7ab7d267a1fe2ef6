/** What an act of the audit log is called: by the part before the dot, then the one behind it. */

const LABELS: Record<string, Record<string, string>> = {
  setup: { done: 'action.setup_done' },
  session: { opened: 'action.session_opened', refused: 'action.session_refused', closed: 'action.session_closed', ended_all: 'action.session_ended_all', new_device: 'action.session_new_device', code_refused: 'action.session_code_refused' },
  totp: { enabled: 'action.totp_enabled', disabled: 'action.totp_disabled' },
  recovery_code: { used: 'action.recovery_code_used', renewed: 'action.recovery_code_renewed' },
  passkey: { added: 'action.passkey_added', removed: 'action.passkey_removed', copied: 'action.passkey_copied' },
  user: { factors_reset: 'action.user_factors_reset', invite_revoked: 'action.user_invite_revoked', joined: 'action.user_joined', invited: 'action.user_invited', invite_accepted: 'action.user_invite_accepted', password_reset_offered: 'action.user_password_reset_offered', password_changed: 'action.user_password_changed', disabled: 'action.user_disabled', enabled: 'action.user_enabled', roles_changed: 'action.user_roles_changed' },
  sign_in: { rules_changed: 'action.sign_in_rules_changed', provider_added: 'action.sign_in_provider_added', provider_changed: 'action.sign_in_provider_changed', provider_removed: 'action.sign_in_provider_removed' },
  company: { changed: 'action.company_changed' },
  currencies: { changed: 'action.currencies_changed', rates_changed: 'action.currencies_rates_changed' },
  calendar: { changed: 'action.calendar_changed' },
  definitions: { applied: 'action.definitions_applied' },
  key: { created: 'action.key_created', revoked: 'action.key_revoked', first_used: 'action.key_first_used' },
  role: { created: 'action.role_created', changed: 'action.role_changed', deleted: 'action.role_deleted' },
  definition: { created: 'action.definition_created', changed: 'action.definition_changed', deleted: 'action.definition_deleted' },
  records: { imported: 'action.records_imported', exported: 'action.records_exported', bulk_changed: 'action.records_bulk_changed', merged: 'action.records_merged', unmerged: 'action.records_unmerged' },
  merging: { rules_changed: 'action.merging_rules_changed' },
  mailbox: { secret_set: 'action.mailbox_secret_set', secret_removed: 'action.mailbox_secret_removed' },
  source: { run: 'action.source_run', secret_set: 'action.source_secret_set', secret_removed: 'action.source_secret_removed' },
  change: { undone: 'action.change_undone' },
  field: { special_read: 'action.field_special_read' },
  access: { explained: 'action.access_explained' },
  system: { backed_up: 'action.system_backed_up', restored: 'action.system_restored' },
}

export function actionLabel(action: string): string | undefined {
  const [group = '', act = ''] = action.split('.')
  return LABELS[group]?.[act]
}

/** By the part before the dot. */
export const ACTION_GROUPS: Record<string, string> = {
  session: 'acts.session',
  user: 'acts.user',
  role: 'acts.role',
  key: 'acts.key',
  definition: 'acts.definition',
  definitions: 'acts.definitions',
  records: 'acts.records',
  merging: 'acts.merging',
  change: 'acts.change',
  access: 'acts.access',
  totp: 'acts.totp',
  passkey: 'acts.passkey',
  recovery_code: 'acts.recovery_code',
  sign_in: 'acts.sign_in',
  company: 'acts.company',
  currencies: 'acts.currencies',
  calendar: 'acts.calendar',
  field: 'acts.field',
  system: 'acts.system',
  setup: 'acts.setup',
}
