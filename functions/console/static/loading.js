// Reading from the API within a component: once, again, and page by page.

import { useCallback, useEffect, useRef, useState } from "./vendor/ui.js";
import { api, query } from "./api.js";

// Load `where` (null: nothing yet) and give {data, etag, error, isLoading, reload}. With `everyMs` it is read again and
// again while the page is seen; what stands stays on the page meanwhile.
export function useLoaded(where, { everyMs = 0 } = {}) {
  const [state, setState] = useState({ isLoading: where !== null });
  const [turn, setTurn] = useState(0);
  const shown = useRef(where);

  useEffect(() => {
    if (where === null) return undefined;
    const leaving = new AbortController();
    if (shown.current !== where) setState({ isLoading: true });
    else setState((standing) => ({ ...standing, isLoading: true }));
    shown.current = where;
    api
      .get(where, { signal: leaving.signal })
      .then(({ data, etag }) => setState({ data, etag, isLoading: false }))
      .catch((error) => {
        if (error.name !== "AbortError") setState((standing) => ({ ...standing, error, isLoading: false }));
      });
    return () => leaving.abort();
  }, [where, turn]);

  const reload = useCallback(() => setTurn((count) => count + 1), []);
  useInterval(reload, where === null ? 0 : everyMs);
  return { ...state, reload };
}

// Load a list page by page and give {items, hasMore, more, error, isLoading, reload}; `where` has its query already.
export function usePages(where, { everyMs = 0 } = {}) {
  const first = useLoaded(where, { everyMs });
  const [rest, setRest] = useState({ of: null, items: [], next: undefined });
  const mine = rest.of === first.data ? rest : { items: [], next: first.data?.next };
  const more = async () => {
    const joint = where.includes("?") ? "&" : "?";
    setRest({ ...mine, of: first.data, isLoading: true });
    try {
      const { data } = await api.get(where + joint + query({ cursor: mine.next }).slice(1));
      setRest({ of: first.data, items: [...mine.items, ...data.items], next: data.next });
    } catch (error) {
      setRest({ ...mine, of: first.data, error });
    }
  };
  return {
    ...first,
    items: first.data ? [...first.data.items, ...mine.items] : undefined,
    error: first.error ?? mine.error,
    isLoadingMore: Boolean(mine.isLoading),
    hasMore: Boolean(mine.next),
    more,
  };
}

// Call back regularly while the page is seen; 0 means never.
export function useInterval(callback, everyMs) {
  useEffect(() => {
    if (!everyMs) return undefined;
    const timer = setInterval(() => document.visibilityState === "visible" && callback(), everyMs);
    return () => clearInterval(timer);
  }, [callback, everyMs]);
}

// Run an action that a person asked for: {run, isRunning, error, clear}. `run` gives what the action gave, undefined on
// a failure; a second press while it runs does nothing.
export function useAction(action) {
  const [state, setState] = useState({ isRunning: false });
  const running = useRef(false);
  const run = async (...args) => {
    if (running.current) return undefined;
    running.current = true;
    setState({ isRunning: true });
    try {
      const result = await action(...args);
      setState({ isRunning: false });
      return result ?? true;
    } catch (error) {
      setState({ isRunning: false, error });
      return undefined;
    } finally {
      running.current = false;
    }
  };
  return { ...state, run, clear: () => setState({ isRunning: false }) };
}
