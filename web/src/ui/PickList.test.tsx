import { cleanup, fireEvent, render, screen } from '@testing-library/react'
import { afterEach, beforeAll, expect, test, vi } from 'vitest'
import i18next from 'i18next'
import { initReactI18next } from 'react-i18next'
import { PickList } from './PickList'

beforeAll(async () => {
  await i18next.use(initReactI18next).init({ lng: 'en', resources: { en: { translation: {} } }, keySeparator: false, nsSeparator: false })
})
afterEach(cleanup)

const items = [{ value: 'lead', text: 'Lead' }, { value: 'customer', text: 'Customer' }, { value: 'other', text: 'Other' }]

function draw(picked: string[] = []) {
  const onPick = vi.fn()
  const onEscape = vi.fn()
  render(<PickList label="Lifecycle" items={items} picked={picked} onPick={onPick} onEscape={onEscape} />)
  return { box: screen.getByRole('combobox'), onPick, onEscape }
}

const current = () => document.querySelector('[data-highlighted]')?.textContent

test('opens on what is picked, and arrows walk round', () => {
  const { box } = draw(['customer'])
  expect(current()).toBe('Customer')
  fireEvent.keyDown(box, { key: 'ArrowDown' })
  expect(current()).toBe('Other')
  fireEvent.keyDown(box, { key: 'ArrowDown' })
  expect(current()).toBe('Lead')
  fireEvent.keyDown(box, { key: 'ArrowUp' })
  expect(current()).toBe('Other')
})

test('typing narrows the list and Enter picks the first that is left', () => {
  const { box, onPick } = draw()
  fireEvent.change(box, { target: { value: 'cust' } })
  expect(screen.getAllByRole('option')).toHaveLength(1)
  fireEvent.keyDown(box, { key: 'Enter' })
  expect(onPick).toHaveBeenCalledWith(items[1])
})

test('Enter on an empty list picks nothing, Escape leaves', () => {
  const { box, onPick, onEscape } = draw()
  fireEvent.change(box, { target: { value: 'zzz' } })
  fireEvent.keyDown(box, { key: 'Enter' })
  fireEvent.keyDown(box, { key: 'Escape' })
  expect(onPick).not.toHaveBeenCalled()
  expect(onEscape).toHaveBeenCalledOnce()
})

test('the option in hand is told to screen readers', () => {
  const { box } = draw(['other'])
  expect(box.getAttribute('aria-activedescendant')).toBe(screen.getByRole('option', { name: 'Other' }).id)
})
