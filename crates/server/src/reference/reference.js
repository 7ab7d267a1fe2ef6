// Draws the OpenAPI description. Everything is put in as text, never as HTML.

const el = (name, attributes = {}, ...children) => {
  const node = document.createElement(name)
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value)
  node.append(...children.filter((child) => child !== null && child !== undefined))
  return node
}
const slug = (text) => text.toLowerCase().replace(/[^a-z0-9]+/g, '-')

const main = document.getElementById('main')
const contents = document.getElementById('contents')

try {
  const answer = await fetch('/api/v1/openapi.json', { headers: { accept: 'application/json' } })
  draw(await answer.json())
} catch (fault) {
  main.replaceChildren(el('p', {}, `The description could not be loaded: ${fault.message}`))
}

function draw(api) {
  document.getElementById('about').textContent = api.info.description
  const groups = new Map()
  for (const [path, methods] of Object.entries(api.paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      if (method === 'parameters') continue
      const tag = operation.tags?.[0] ?? 'Other'
      if (!groups.has(tag)) groups.set(tag, [])
      groups.get(tag).push({ path, method, operation, shared: methods.parameters ?? [] })
    }
  }
  main.replaceChildren()
  for (const [tag, operations] of groups) {
    section(tag, operations.map((entry) => operationOf(api, entry)))
  }
  section('Schemas', Object.entries(api.components.schemas).map(([name, schema]) => schemaOf(api, name, schema)))
  section('Problems', [problems(api)])
  if (location.hash) document.getElementById(location.hash.slice(1))?.scrollIntoView()

  document.getElementById('find').addEventListener('input', (event) => {
    const asked = event.target.value.trim().toLowerCase()
    for (const item of main.querySelectorAll('details')) item.hidden = asked !== '' && !item.dataset.words.includes(asked)
    for (const part of main.querySelectorAll('section')) part.hidden = asked !== '' && !part.querySelector('details:not([hidden])')
  })
}

function section(title, items) {
  const id = slug(title)
  contents.append(el('a', { href: `#${id}` }, title))
  main.append(el('section', { id }, el('h2', {}, title), ...items))
}

function operationOf(api, { path, method, operation, shared }) {
  const inside = el('div')
  if (operation.description) inside.append(el('p', { class: 'right' }, operation.description))
  const parameters = [...shared, ...(operation.parameters ?? [])].map((parameter) => follow(api, parameter))
  if (parameters.length) {
    inside.append(rows(['Parameter', 'In', 'What it is'], parameters.map((p) => [code(p.name), p.in, p.description ?? typeOf(p.schema)])))
  }
  const body = operation.requestBody?.content
  if (body) inside.append(el('p', {}, 'Body: ', ...link(Object.values(body)[0].schema)))
  const answers = Object.entries(operation.responses ?? {}).map(([status, answer]) => {
    const resolved = follow(api, answer)
    const schema = resolved.content ? Object.values(resolved.content)[0].schema : null
    const shown = el('span', {}, resolved.description ?? '', ' ', ...(schema ? link(schema) : []))
    return [code(status), shown]
  })
  inside.append(rows(['Answer', 'What it is'], answers))
  const summary = el('summary', {}, el('span', { class: 'method' }, method.toUpperCase()), el('span', { class: 'path' }, path), el('span', { class: 'about' }, operation.summary ?? ''))
  const item = el('details', {}, summary, inside)
  item.dataset.words = `${method} ${path} ${operation.summary ?? ''}`.toLowerCase()
  return item
}

function schemaOf(api, name, schema) {
  const required = new Set(schema.required ?? [])
  const fields = Object.entries(schema.properties ?? {}).map(([field, of]) => {
    const words = el('span', {}, of.title ?? of.description ?? '')
    if (required.has(field)) words.append(el('span', { class: 'required' }, ' required'))
    return [code(field), el('span', {}, ...link(of)), words]
  })
  const inside = el('div', {}, schema.description ? el('p', { class: 'right' }, schema.description) : null)
  if (fields.length) inside.append(rows(['Field', 'Type', ''], fields))
  const item = el('details', { id: `schema-${name}` }, el('summary', {}, el('span', { class: 'path' }, name), el('span', { class: 'about' }, schema.title ?? '')), inside)
  item.dataset.words = `${name} ${Object.keys(schema.properties ?? {}).join(' ')}`.toLowerCase()
  return item
}

function problems(api) {
  const list = (api['x-problems'] ?? []).map(({ code: name, status, title }) => {
    const cell = code(name)
    cell.id = `problem-${name}`
    return [cell, String(status), title]
  })
  const item = el('details', { open: '' }, el('summary', {}, 'What an error says'), el('div', {}, rows(['Code', 'Status', 'Title'], list)))
  item.dataset.words = 'problem error'
  return item
}

function rows(head, body) {
  const cell = (name, value) => el(name, {}, value instanceof Node ? value : String(value ?? ''))
  return el('table', {}, el('thead', {}, el('tr', {}, ...head.map((text) => cell('th', text)))), el('tbody', {}, ...body.map((row) => el('tr', {}, ...row.map((value) => cell('td', value))))))
}

function code(text) {
  return el('code', {}, text)
}

function follow(api, node) {
  if (!node.$ref) return node
  return node.$ref.replace('#/', '').split('/').reduce((at, key) => at[key.replaceAll('~1', '/')], api)
}

function link(schema) {
  const name = schema.$ref?.split('/').pop()
  if (name) return [el('a', { href: `#schema-${name}` }, name)]
  if (schema.items) return ['list of ', ...link(schema.items)]
  if (schema.oneOf || schema.anyOf) return (schema.oneOf ?? schema.anyOf).flatMap((one, i) => [...(i ? [' or '] : []), ...link(one)])
  return [typeOf(schema)]
}

function typeOf(schema) {
  if (!schema) return ''
  const type = Array.isArray(schema.type) ? schema.type.join(' or ') : (schema.type ?? 'anything')
  if (schema.enum) return `one of ${schema.enum.slice(0, 12).join(', ')}${schema.enum.length > 12 ? ' …' : ''}`
  return schema.format ? `${type} (${schema.format})` : type
}
