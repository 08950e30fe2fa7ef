// Parts of the page as the server writes them. Only the newest question of a place is answered:
// what was asked before it is dropped.
const waiting = new Map();

/** The text of a part, or null where a newer question to the same place overtook this one. */
export async function part(place, url) {
  waiting.get(place)?.abort();
  const asked = new AbortController();
  waiting.set(place, asked);
  try {
    const answer = await fetch(url, { headers: { Accept: "text/html" }, signal: asked.signal });
    const text = await answer.text();
    return waiting.get(place) === asked ? { ok: answer.ok, text } : null;
  } catch (error) {
    if (error.name === "AbortError") return null;
    throw error;
  }
}

/**
 * Puts a part in its place. What could not be answered is told in the place's alert, and the place
 * stays as it was. Whether it was put there.
 */
export async function replace(place, url) {
  const told = await part(place.id, url);
  if (told === null) return false;
  const alert = alertOf(place);
  alert.textContent = told.ok ? "" : complaint(told.text);
  alert.hidden = told.ok;
  if (told.ok) place.innerHTML = told.text;
  return told.ok;
}

function alertOf(place) {
  const id = `${place.id}-problem`;
  const there = document.getElementById(id);
  if (there) return there;
  const made = document.createElement("p");
  made.id = id;
  made.className = "problem";
  made.setAttribute("role", "alert");
  place.before(made);
  return made;
}

function complaint(text) {
  const page = new DOMParser().parseFromString(text, "text/html");
  const lines = [...page.querySelectorAll("main .problem li, main .problem p")];
  return lines.map((line) => line.textContent.trim()).join(" ") || "The service could not answer.";
}

/** A path with its questions; those without a value are left out. */
export function address(path, asked) {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(asked)) if (value) query.set(name, value);
  const text = query.toString();
  return text ? `${path}?${text}` : path;
}
