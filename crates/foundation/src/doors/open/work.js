const form = document.getElementById('work');
(async () => {
  const bits = Number(form.dataset.bits);
  for (let n = 0; ; n++) {
    const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(form.stamp.value + n)));
    if (((hash[0] << 16) | (hash[1] << 8) | hash[2]) >>> (24 - bits) === 0) {
      form.proof.value = n;
      break;
    }
  }
})().catch(() => {}).finally(() => form.submit());
