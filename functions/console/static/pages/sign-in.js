// Signing in, and setting the first password of one's own.

import { html, useState } from "../vendor/ui.js";
import { hasEnded, setPassword, signIn } from "../api.js";
import { useAction } from "../loading.js";
import { Failure, Notice, Page, TextField } from "../components/basics.js";

export function SignIn() {
  const [username, setUsername] = useState("");
  const [password, setTyped] = useState("");
  const [challenge, setChallenge] = useState(null);
  const [newPassword, setNewPassword] = useState("");
  const signingIn = useAction(async () => setChallenge(await signIn(username.trim(), password)));
  const setting = useAction(() => setPassword(username.trim(), challenge, newPassword));
  const action = challenge ? setting : signingIn;
  const submit = (event) => {
    event.preventDefault();
    action.run();
  };
  return html`<div class="sign-in"><${Page} title=${challenge ? "Set your password" : "Sign in"}>
    <form class="card" onSubmit=${submit}>
      ${hasEnded() && !challenge && html`<${Notice} kind="warn">Your session has ended. Sign in, and you are back where you were.<//>`}
      ${challenge
        ? html`<p class="hint">The password you were given was for once. Choose your own.</p>
            <${TextField} label="New password" type="password" autocomplete="new-password" required value=${newPassword} onChange=${setNewPassword} />`
        : html`<${TextField} label="User name" autocomplete="username" autocapitalize="none" required value=${username} onChange=${setUsername} />
            <${TextField} label="Password" type="password" autocomplete="current-password" required value=${password} onChange=${setTyped} />`}
      <${Failure} error=${action.error} />
      <button class="primary" disabled=${action.isRunning}>${challenge ? "Set password" : "Sign in"}</button>
    </form>
  <//></div>`;
}
