// The tracker of Rapport. Sends the address of each page and its referrer; keeps nothing on the device and sends no id
// unless the visitor agreed: rapport('consent', true). What the browser says against it (GPC, DNT) is obeyed.
//   rapport('event', 'signed_up')      something a goal may count
//   rapport('consent', true | false)   from now on with, or without, an id that lasts
//   rapport('identify', token)         who it is, by a token from the server; heard only with consent
//   rapport('visit', callback)         a word for this visit, which an order may carry as `visit`
(function (w, d, n) {
  var to = new URL('t', d.currentScript.src).href, queue = [], timer, last, who, id
  var no = n.globalPrivacyControl || n.doNotTrack == 1
  function kept(value) {
    try {
      var s = w.localStorage
      if (value) s.setItem('rapport', value)
      else if (value === null) s.removeItem('rapport')
      return s.getItem('rapport')
    } catch (e) { return value }
  }
  if (!no) id = kept()
  function send() {
    clearTimeout(timer)
    timer = 0
    if (!queue.length) return
    var now = Date.now(), body = { h: queue.splice(0, 50) }
    body.h.forEach(function (h) { h.a = now - h.a })
    if (id) { body.c = 1; body.i = id; if (who) body.k = who }
    body = JSON.stringify(body)
    if (!(n.sendBeacon && n.sendBeacon(to, body))) fetch(to, { method: 'POST', body: body, keepalive: true, credentials: 'omit' })
  }
  function hit(name) {
    var h = { u: location.href, r: last || d.referrer, a: Date.now() }
    if (name) h.n = '' + name
    queue.push(h)
    timer = timer || setTimeout(send, 300)
  }
  function page() {
    if (last === location.href) return
    hit()
    last = location.href
  }
  var does = {
    event: hit,
    consent: function (yes) {
      id = yes && !no ? kept() || kept((w.crypto.randomUUID ? w.crypto.randomUUID() : '' + Math.random() + Math.random()).replace(/\W/g, '')) : (kept(null), 0)
    },
    identify: function (token) { who = token; if (id) hit('identified') },
    visit: function (then) {
      send()
      fetch(to + '/visit' + (id ? '?i=' + id : ''), { credentials: 'omit' }).then(function (r) { return r.json() }).then(function (r) { then(r.visit) })
    }
  }
  var early = (w.rapport && w.rapport.q) || []
  w.rapport = function (what, value) { does[what](value) }
  page()
  early.forEach(function (a) { w.rapport(a[0], a[1]) })
  var push = history.pushState
  history.pushState = function () { push.apply(this, arguments); page() }
  w.addEventListener('popstate', page)
  d.addEventListener('visibilitychange', send)
  w.addEventListener('pagehide', send)
})(window, document, navigator)
