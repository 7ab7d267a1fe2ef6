// Keeps the shell of the workspace, so that it opens without a network: the page, its scripts, styles, fonts and texts.
// What the API answers is never kept here: it belongs to one person, and the page itself remembers it (lib/offline.ts).
;(function () {
  var SHELL = 'rapport-shell-1'
  var FIRST = ['/', '/theme.js', '/mark.svg', '/manifest.json', '/icon-192.png']
  /** As many files as two versions of the workspace have; beyond that the oldest go. */
  var MOST = 320
  /** A server or what stands before it may vary by origin or packing; here there is one of each file. */
  var ANY = { ignoreVary: true }
  /** A page that takes longer than this to come is shown as it was kept. */
  var PATIENCE_MS = 4000

  self.addEventListener('install', function (event) {
    event.waitUntil(
      caches
        .open(SHELL)
        .then(function (cache) {
          return cache.addAll(FIRST)
        })
        .then(function () {
          return self.skipWaiting()
        }),
    )
  })

  self.addEventListener('activate', function (event) {
    event.waitUntil(
      caches
        .keys()
        .then(function (names) {
          return Promise.all(
            names
              .filter(function (name) {
                return name.indexOf('rapport-') === 0 && name !== SHELL
              })
              .map(function (name) {
                return caches.delete(name)
              }),
          )
        })
        .then(function () {
          return self.clients.claim()
        }),
    )
  })

  // The page tells which files it had fetched before this worker was there.
  self.addEventListener('message', function (event) {
    var files = event.data && event.data.keep
    if (!Array.isArray(files)) return
    event.waitUntil(
      caches.open(SHELL).then(function (cache) {
        return Promise.all(
          files.filter(isOfTheShell).map(function (file) {
            return cache.match(file, ANY).then(function (held) {
              return held || cache.add(file).catch(function () {})
            })
          }),
        ).then(function () {
          return trim(cache)
        })
      }),
    )
  })

  self.addEventListener('fetch', function (event) {
    var request = event.request
    var url = new URL(request.url)
    if (request.method !== 'GET' || url.origin !== self.location.origin) return
    if (request.mode === 'navigate') {
      if (isApi(url.pathname)) return
      event.respondWith(page(event))
    } else if (isOfTheShell(url.pathname)) {
      event.respondWith(url.pathname.indexOf('/assets/') === 0 ? named(event) : other(event))
    }
  })

  function isApi(path) {
    return /^\/(api|healthz|readyz|metrics)(\/|$)/.test(path)
  }

  /** Files of the build, whose names change with what is in them, and the few beside them. */
  function isOfTheShell(path) {
    return typeof path === 'string' && (/^\/assets\/[\w.-]+$/.test(path) || FIRST.indexOf(path) > 0 || /^\/icon-[\w-]+\.png$/.test(path))
  }

  /** Every address of the workspace is the same page; the newest one is kept for when none comes. */
  function page(event) {
    var fresh = fetch(event.request).then(function (answer) {
      var isPage = answer.ok && !answer.redirected && (answer.headers.get('content-type') || '').indexOf('text/html') === 0
      if (isPage) keep(event, '/', answer.clone())
      return answer
    })
    var late = new Promise(function (resolve) {
      setTimeout(resolve, PATIENCE_MS)
    }).then(function () {
      return caches.match('/', ANY).then(function (held) {
        return held || fresh
      })
    })
    return Promise.race([fresh, late]).catch(function () {
      return caches.match('/', ANY).then(function (held) {
        return held || Response.error()
      })
    })
  }

  /** A name made of the content stands for it for ever. */
  function named(event) {
    return caches.match(event.request, ANY).then(function (held) {
      if (held) return held
      return fetch(event.request).then(function (answer) {
        if (answer.ok) keep(event, event.request, answer.clone())
        return answer
      })
    })
  }

  function other(event) {
    return fetch(event.request)
      .then(function (answer) {
        if (answer.ok) keep(event, event.request, answer.clone())
        return answer
      })
      .catch(function () {
        return caches.match(event.request, ANY).then(function (held) {
          return held || Response.error()
        })
      })
  }

  function keep(event, key, answer) {
    event.waitUntil(
      caches
        .open(SHELL)
        .then(function (cache) {
          return cache.put(key, answer).then(function () {
            return trim(cache)
          })
        })
        .catch(function () {
          // No room: the workspace goes on without.
        }),
    )
  }

  function trim(cache) {
    return cache.keys().then(function (keys) {
      var old = keys.filter(function (key) {
        return new URL(key.url).pathname.indexOf('/assets/') === 0
      })
      return Promise.all(
        old.slice(0, Math.max(0, old.length - MOST)).map(function (key) {
          return cache.delete(key)
        }),
      )
    })
  }
})()
