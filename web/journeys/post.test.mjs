// A letter is begun at a person, filled by a template, kept as it is typed, sent, and taken back before it goes; all of it
// without a server of mail in reach.

import { ana, ask, api, becomes, begin, button, dialog, find, heading, isSound, page, step, tell, told, until } from './journey.mjs'
import { text } from './words.mjs'

begin()

let person
let mailbox
let template
const drafts = async () => (await ask('/mail/drafts')).data

step('a mailbox and a template are there', async () => {
  const { user } = await ask('/session')
  // A port of this machine that nobody listens on: reading fails, and the page goes on.
  const nowhere = { imap_host: '127.0.0.1', imap_port: 9, imap_security: 'none', smtp_host: '127.0.0.1', smtp_port: 9, smtp_security: 'none' }
  mailbox = await tell('/mailboxes', { name: 'Ana at work', address: ana.email, from_name: ana.name, owner: user.id, since: '2026-01-01', ...nowhere }).then(({ id }) => `/mailboxes/${id}`)
  template = await tell('/mail_templates', { name: 'Spring tasting', subject: 'For {contact.first_name}', body: 'Dear {contact.first_name},\ncome and taste.' }).then(({ id }) => `/mail_templates/${id}`)
  ;[person] = await find('contacts', 'email is not empty and first_name is not empty')
})

step('a letter to a person is filled by the template and kept as a draft', async () => {
  await page.goto(`/o/contacts/${person.id}`)
  await heading(person.title).waitFor()
  await button(text('letters.write')).first().click()
  const form = dialog().getByRole('form', { name: text('letters.letter') })
  await becomes(() => form.getByLabel(text('letters.to')).inputValue(), person.email)
  await button(text('letters.template'), form).click()
  await page.getByRole('menuitem', { name: 'Spring tasting' }).click()
  await becomes(() => form.getByLabel(text('letters.subject')).inputValue(), `For ${person.first_name}`)
  await form.getByLabel(text('letters.text')).press('End')
  await form.getByLabel(text('letters.text')).pressSequentially('On Friday. ')
  await form.getByText(text('letters.kept')).waitFor()
  await until('the words are kept', async () => (await drafts())[0]?.text.includes('On Friday.'))
  await isSound('letter')
})

step('it is sent, and taken back before it goes', async () => {
  await button(text('letters.send'), dialog()).click()
  await told(text('letters.goes')).getByRole('button', { name: text('letters.take_back') }).click()
  await becomes(async () => (await drafts()).map((draft) => draft.state), ['draft'])
  // What other journeys do not expect is taken away.
  await api('DELETE', `/mail/drafts/${(await drafts())[0].id}`)
  for (const made of [mailbox, template]) await api('DELETE', made)
})
