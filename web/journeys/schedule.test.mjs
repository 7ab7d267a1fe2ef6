// A meeting that repeats: made in the calendar, and one of its moments moved.

import { api, ask, begin, button, dialog, find, isSound, page, press, step, until } from './journey.mjs'
import { like, text } from './words.mjs'

begin()

/** The page's own today, and the days of its week from Monday on. */
const today = new Intl.DateTimeFormat('en-CA', { timeZone: 'Europe/Chisinau' }).format(new Date())
const shifted = (day, days) => new Date(Date.parse(`${day}T12:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10)
const wednesday = shifted(today, 2 - ((new Date(`${today}T12:00:00Z`).getUTCDay() + 6) % 7))
const SUBJECT = 'Weekly tasting'
const inWeek = (day) => page.locator(`[data-hours][data-day="${day}"] [data-event]`).filter({ hasText: SUBJECT })

step('a meeting that repeats every week is made in the form', async () => {
  await page.goto('/o/activities?layout=calendar&c=calendar_mode:week')
  await page.getByRole('radio', { name: text('calendar.week'), checked: true }).waitFor()
  await button(text('list.new', { object: 'activity' })).click()
  const form = page.getByRole('dialog', { name: like('form.create') })
  await form.getByLabel(/^Subject/).fill(SUBJECT)
  await form.locator('[data-field=starts_at] input').fill(`${wednesday}T10:00`)
  await form.locator('[data-field=ends_at] input').fill(`${wednesday}T11:00`)
  await form.locator('[data-field=repeats] select').selectOption({ label: text('repeats.each_week') })
  await isSound('meeting-repeats')
  await press('Control+Enter')
  await until('the series is stored', async () => (await find('activities', `subject = "${SUBJECT}"`))[0])
  await inWeek(wednesday).waitFor()
})

step('one of its moments is moved by keys, and the others stay', async () => {
  await inWeek(wednesday).focus()
  await press('Shift+ArrowRight')
  await dialog().getByText(text('moments.this')).waitFor()
  await isSound('meeting-moved')
  await dialog().getByRole('button', { name: text('common.save') }).click()
  await inWeek(shifted(wednesday, 1)).waitFor()
  await inWeek(wednesday).waitFor({ state: 'detached' })
  const next = shifted(wednesday, 7)
  await until('the week after has its own', async () => (await ask(`/calendar?from=${next}&to=${next}`)).data.some((one) => JSON.stringify(one).includes(SUBJECT)))
  // Other journeys count on an empty agenda.
  for (const { id } of await find('activities', `subject = "${SUBJECT}"`)) await api('DELETE', `/activities/${id}`)
})
