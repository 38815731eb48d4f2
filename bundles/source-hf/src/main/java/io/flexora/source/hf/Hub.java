package io.flexora.source.hf;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flexora.files.network.TimedBody;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The listing and the files of one location's repository. */
final class Hub {
  private static final int LONGEST_PAGE = 64 << 20;
  private static final int MOST_FILES = 2_000_000;
  private static final int MOST_PAGES = 2_000;
  private static final List<Integer> READABLE = List.of(200, 206, 416);
  private static final Pattern NEXT = Pattern.compile("<([^>]*)>\\s*;\\s*rel=\"?next\"?");
  private final URI endpoint;
  private final HfLocation location;
  private final Retrying requests;
  private final HubRefusal refusal;
  private final ObjectMapper json = new ObjectMapper();

  /**
   * A file at the commit that a revision stands for now.
   *
   * @param commit the commit
   * @param file the file; absent if the commit has none of this name
   */
  record HubFile(String commit, Optional<RemoteFile> file) {}

  /**
   * Makes it.
   *
   * @param refusal who is asked for what
   */
  Hub(HubRefusal refusal, Retrying requests) {
    this.refusal = refusal;
    this.endpoint = refusal.endpoint();
    this.location = refusal.location();
    this.requests = requests;
  }

  /** The commit that the location's revision stands for now. */
  String commit() throws IOException {
    Repository repository = location.repository();
    String revision = Escaped.segment(location.revision());
    Told told = ask(address(repository.api() + "/revision/" + revision + "?expand=sha"));
    return checkedCommit(told.json().path("sha").asText());
  }

  private String checkedCommit(String commit) throws HubFailure {
    if (!HfLocation.isCommit(commit)) {
      throw malformed("names no commit");
    }
    return commit;
  }

  /**
   * All files of a folder at a commit, in the order in which the Hub lists them.
   *
   * @param folder the folder; empty for the root
   * @throws HubFailure of the kind {@code NO_FILE} if there is no such folder
   */
  List<RemoteFile> listing(String commit, String folder) throws IOException {
    URI page =
        address(
            location.repository().api()
                + "/tree/"
                + commit
                + (folder.isEmpty() ? "" : "/" + Escaped.path(folder))
                + "?recursive=true");
    List<RemoteFile> files = new ArrayList<>();
    Set<URI> seen = new HashSet<>();
    while (seen.add(page)) {
      Told told = ask(page);
      JsonNode entries = told.json();
      if (!entries.isArray()
          || files.size() + entries.size() > MOST_FILES
          || seen.size() > MOST_PAGES) {
        throw malformed("lists no files, or too many");
      }
      for (JsonNode entry : entries) {
        if (entry.path("type").asText().equals("file")) {
          files.add(file(entry));
        }
      }
      Matcher next = NEXT.matcher(told.answer().header("Link").orElse(""));
      if (!next.find()) {
        return files;
      }
      page =
          HubClient.followed(told.answer().last().uri(), next.group(1))
              .orElseThrow(
                  () -> malformed("goes on with its list at an address that is no safe one"));
    }
    throw malformed("lists the same files again and again");
  }

  private RemoteFile file(JsonNode entry) throws HubFailure {
    String path = entry.path("path").asText();
    JsonNode size = entry.path("size");
    String blobId = entry.path("oid").asText();
    ContentHash hash = new ContentHash(entry.path("lfs").path("oid").asText(blobId));
    if (!FileName.isSafe(path)) {
      throw malformed("names a file '%s', which leads out of its folder".formatted(path));
    }
    if (!size.isIntegralNumber() || size.asLong() < 0 || !hash.isKnown()) {
      throw malformed("gives no size and checksum of '%s'".formatted(path));
    }
    return new RemoteFile(path, size.asLong(), hash, blobId, entry.path("xetHash").asText());
  }

  /** Asks for the file of the location. */
  HubFile file() throws IOException {
    URI uri = resolve(location.revision(), location.path());
    HubResponse answer = requests.send("HEAD", uri, 0, a -> a);
    answer.last().body().close();
    String code = answer.header("X-Error-Code").orElse("EntryNotFound");
    if (answer.status() == 404 && code.equals("EntryNotFound")) {
      Optional<String> commit = answer.firstHeader("X-Repo-Commit");
      return new HubFile(
          commit.isPresent() ? checkedCommit(commit.get()) : commit(), Optional.empty());
    }
    if (answer.status() >= 400) {
      throw refusal.explain(answer);
    }
    String commit = checkedCommit(answer.firstHeader("X-Repo-Commit").orElse(""));
    Optional<ContentHash> hash =
        answer
            .firstHeader("X-Linked-Etag")
            .or(() -> answer.header("ETag"))
            .flatMap(ContentHash::ofEtag);
    Optional<Long> size =
        answer
            .firstNumber("X-Linked-Size")
            .or(() -> answer.isRedirect() ? Optional.empty() : answer.number("Content-Length"));
    return new HubFile(
        commit,
        hash.isPresent() && size.isPresent()
            ? Optional.of(new RemoteFile(location.path(), size.get(), hash.get(), "", ""))
            : listed(commit));
  }

  /** The file of the location as its folder lists it: some mirrors answer with fewer headers. */
  private Optional<RemoteFile> listed(String commit) throws IOException {
    String path = location.path();
    String folder = path.substring(0, Math.max(0, path.lastIndexOf('/')));
    return listing(commit, folder).stream().filter(f -> f.path().equals(path)).findFirst();
  }

  /**
   * Begins to read a file.
   *
   * @param from the first byte that is wanted
   * @return an answer of status 200, 206 or 416, whose body is to be closed
   */
  HubResponse open(String commit, String path, long from) throws IOException {
    return requests.send(
        "GET",
        resolve(commit, path),
        from,
        answer -> {
          if (READABLE.contains(answer.status())) {
            return answer;
          }
          answer.last().body().close();
          throw refusal.at(path).explain(answer);
        });
  }

  private URI resolve(String revision, String path) {
    return address(
        location.repository().page()
            + "/resolve/"
            + Escaped.segment(revision)
            + "/"
            + Escaped.path(path));
  }

  private URI address(String path) {
    return URI.create(endpoint + path);
  }

  /** What this is asked for. */
  HfLocation location() {
    return location;
  }

  /** Where this is. */
  URI endpoint() {
    return endpoint;
  }

  /** An answer in JSON. */
  private record Told(HubResponse answer, JsonNode json) {}

  private Told ask(URI uri) throws IOException {
    return requests.send(
        "GET",
        uri,
        0,
        answer -> {
          try (TimedBody body = answer.last().body()) {
            if (answer.status() != 200) {
              throw refusal.explain(answer);
            }
            return new Told(answer, json.readTree(body.readAll(LONGEST_PAGE)));
          } catch (JsonProcessingException e) {
            throw malformed("does not answer in JSON");
          }
        });
  }

  private HubFailure malformed(String what) {
    return new HubFailure(
        HubFailure.Kind.MALFORMED,
        ("%s: %s %s; it does not answer as a Hub does. Check HF_ENDPOINT, and whether a proxy or a"
                + " log-in page stands between")
            .formatted(location, HubClient.shown(endpoint), what));
  }
}
