package io.flexora.source.hf;

import java.net.URI;

/**
 * Explains an answer that does not bring what was asked for.
 *
 * @param location what was asked for
 * @param endpoint who was asked
 * @param hasToken whether a token was sent
 */
record HubRefusal(HfLocation location, URI endpoint, boolean hasToken) {

  /** The same for another path of the repository. */
  HubRefusal at(String path) {
    return new HubRefusal(location.at(path), endpoint, hasToken);
  }

  /** Makes the failure that an answer of an error status stands for. */
  HubFailure explain(HubResponse answer) {
    String code = answer.header("X-Error-Code").orElse("");
    String said = answer.header("X-Error-Message").orElse("");
    int status = answer.status();
    if (code.equals("GatedRepo")) {
      return gated();
    }
    if (code.equals("RevisionNotFound")) {
      return noRevision();
    }
    if (code.equals("EntryNotFound")) {
      return new HubFailure(HubFailure.Kind.NO_FILE, "there is no " + location);
    }
    if (code.equals("RepoNotFound") || (status == 404 && code.isEmpty())) {
      return noRepository();
    }
    if (status == 401 || status == 403) {
      return refused(status, said);
    }
    if (status == 407) {
      return proxy();
    }
    return new HubFailure(
        HubFailure.Kind.MALFORMED,
        "%s: %s answers with status %d%s"
            .formatted(location, host(answer), status, said.isEmpty() ? "" : " (" + said + ")"));
  }

  private HubFailure gated() {
    String page = page();
    return new HubFailure(
        HubFailure.Kind.REFUSED,
        hasToken
            ? ("%s: the repository %s is gated, and the account of this HF_TOKEN has no access."
                    + " Ask for it at %s, and check that the token may read gated repositories")
                .formatted(location, location.repository(), page)
            : ("%s: the repository %s is gated. Ask for access at %s with your account, then set"
                    + " HF_TOKEN to a token of it (made at %s/settings/tokens)")
                .formatted(location, location.repository(), page, HubClient.shown(endpoint)));
  }

  private HubFailure noRevision() {
    return new HubFailure(
        HubFailure.Kind.NO_REVISION,
        "%s: the repository %s has no revision '%s'; its branches and tags are at %s"
            .formatted(
                location, location.repository(), location.revision(), page() + "/tree/main"));
  }

  private HubFailure noRepository() {
    String id = location.repository().id();
    String hint =
        location.path().isEmpty() && id.contains("/")
            ? "; a file of a repository without an organisation is written hf:%s@main/%s"
                .formatted(id.substring(0, id.indexOf('/')), id.substring(id.indexOf('/') + 1))
            : "";
    return new HubFailure(
        HubFailure.Kind.NO_REPOSITORY,
        ("%s: there is no repository %s at %s, or it is private%s. Check the name%s; for a private"
                + " one set HF_TOKEN to a token that may read it")
            .formatted(
                location,
                location.repository(),
                HubClient.shown(endpoint),
                hasToken ? " and not open to the account of this HF_TOKEN" : "",
                hint));
  }

  private HubFailure refused(int status, String said) {
    if (status == 401 && !hasToken) {
      // The Hub does not tell strangers whether a repository exists.
      return noRepository();
    }
    return new HubFailure(
        HubFailure.Kind.REFUSED,
        ("%s: %s refuses access (status %d%s). Check that HF_TOKEN is valid and may read %s; tokens"
                + " are made at %s/settings/tokens")
            .formatted(
                location,
                HubClient.shown(endpoint),
                status,
                said.isEmpty() ? "" : ", " + said,
                page(),
                HubClient.shown(endpoint)));
  }

  private HubFailure proxy() {
    return new HubFailure(
        HubFailure.Kind.MALFORMED,
        ("%s: the proxy asks for a name and a password (status 407). Write them as"
                + " https_proxy=http://user:password@host:port; Java sends them for https only when"
                + " started with -Djdk.http.auth.tunneling.disabledSchemes=")
            .formatted(location));
  }

  private String page() {
    return HubClient.shown(endpoint) + location.repository().page();
  }

  private static String host(HubResponse answer) {
    return answer.last().uri().getHost();
  }
}
