// Sets the theme and the language before the first paint; a file of its own because the content policy forbids inline script.
;(function () {
  var root = document.documentElement
  var theme = 'system'
  var language = ''
  try {
    theme = localStorage.getItem('rapport.theme') || 'system'
    language = localStorage.getItem('rapport.language') || ''
  } catch (e) {
    /* private window without storage: the defaults hold */
  }
  var dark = theme === 'dark' || (theme === 'system' && matchMedia('(prefers-color-scheme: dark)').matches)
  root.dataset.theme = dark ? 'dark' : 'light'
  if (language) root.lang = language
  try {
    // The company's colour as it was worn last (lib/company.ts).
    var accent = localStorage.getItem('rapport.accent')
    if (accent) {
      var sheet = new CSSStyleSheet()
      sheet.replaceSync(accent)
      document.adoptedStyleSheets = [sheet]
    }
  } catch (e) {
    /* an old browser or no storage: the usual colour holds */
  }
})()
