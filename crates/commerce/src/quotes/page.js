// The page works without this: it lets sums follow at once, and a signature be drawn.
(() => {
  const form = document.querySelector('form[data-choose]')
  if (form) form.addEventListener('change', (event) => {
    if (event.target.matches('[data-reckons]') && form.checkValidity()) form.requestSubmit(form.querySelector('[data-reckon]'))
  })
  const box = document.querySelector('.drawn')
  if (!box) return
  box.classList.add('on')
  const canvas = box.querySelector('canvas')
  const kept = document.querySelector('input[name=drawing]')
  const pen = canvas.getContext('2d')
  let path = []
  let down = false
  const fit = () => { canvas.width = canvas.clientWidth; canvas.height = canvas.clientHeight; pen.lineWidth = 2.2; pen.lineCap = 'round'; pen.strokeStyle = '#14213d' }
  fit()
  const at = (event) => { const area = canvas.getBoundingClientRect(); return [Math.round(event.clientX - area.left), Math.round(event.clientY - area.top)] }
  canvas.addEventListener('pointerdown', (event) => { down = true; canvas.setPointerCapture(event.pointerId); const [x, y] = at(event); path.push(`M${x} ${y}`); pen.beginPath(); pen.moveTo(x, y) })
  canvas.addEventListener('pointermove', (event) => { if (!down || path.length > 3000) return; const [x, y] = at(event); path.push(`L${x} ${y}`); pen.lineTo(x, y); pen.stroke() })
  const up = () => { down = false; kept.value = path.length > 3 ? path.join('') : '' }
  canvas.addEventListener('pointerup', up)
  canvas.addEventListener('pointercancel', up)
  box.querySelector('button').addEventListener('click', () => { path = []; kept.value = ''; fit() })
})()
