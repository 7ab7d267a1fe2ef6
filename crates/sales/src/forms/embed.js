(() => {
  const own = document.currentScript;
  const frame = document.createElement('iframe');
  const from = new URL(own.src);
  const asked = new URLSearchParams({ embed: '1', page: location.pathname, referrer: document.referrer });
  const lang = own.dataset.lang || document.documentElement.lang.slice(0, 2);
  if (lang) asked.set('lang', lang);
  for (const [name, value] of new URLSearchParams(location.search)) if (name.startsWith('utm_')) asked.set(name, value);
  frame.title = own.dataset.title || document.title;
  frame.style.cssText = 'width:100%;border:0;min-height:320px';
  addEventListener('message', (event) => {
    if (event.source === frame.contentWindow && event.data && event.data.rapportForm) frame.style.height = event.data.rapportForm + 'px';
  });
  const show = () => {
    frame.src = from.origin + from.pathname.replace(/\/embed\.js$/, '') + '?' + asked;
    own.after(frame);
  };
  const word = fetch(from.origin + '/t/visit').then((answer) => (answer.ok ? answer.json() : {})).then((answer) => answer.visit && asked.set('visit', answer.visit));
  Promise.race([word, new Promise((late) => setTimeout(late, 1500))]).catch(() => {}).finally(show);
})();
