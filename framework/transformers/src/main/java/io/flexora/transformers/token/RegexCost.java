package io.flexora.transformers.token;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The cost of a regular expression on any text, found from the expression alone. The library
 * matches by backtracking and ends the process after 10 million steps back in one match, so only
 * expressions are accepted whose steps back are at most proportional to the text: one repetition
 * without end at most may be followed, in its alternative, by something that can fail, and what is
 * repeated is one character, or a group that always has the same length. All that published
 * tokenizers cut texts with is of this kind. Back references, recursion, and what else is not
 * listed is refused.
 *
 * <p>A repetition that can fail at each place of a long run makes the whole search quadratic: this
 * is accepted for white space, of which {@link NativeTokenizer} allows no run of more than {@value
 * #LONGEST_SPACE} characters, and where another alternative takes the same run; other expressions
 * may be used on short texts only.
 */
final class RegexCost {
  /** The longest text that is encoded at once, in characters. */
  static final int LONGEST = 1 << 20;

  /** The longest run of white space in such a text. */
  static final int LONGEST_SPACE = 1 << 15;

  private static final int LONGEST_FOR_QUADRATIC = 1 << 16;
  private static final int MOST_STEPS_BACK = 5_000_000;
  private static final int MOST_WAYS = 4096;
  private static final int MOST_LENGTH = 10_000;
  private static final int MOST_DEPTH = 20;

  private static final Set<String> SPACES =
      Set.of(" ", "\\s", "\\r", "\\n", "\\t", "\r", "\n", "[\\r\\n]", "[\r\n]", "[ ]", "\\p{Zs}");

  private final String text;
  private int at;
  private int depth;
  private int ways = 1;
  private int degree;
  private boolean quadratic;
  private int shortest;

  /** The texts that a piece of the expression matches. */
  private sealed interface Piece {
    /** The characters that it takes at least; no more than {@link #LONGEST} are counted. */
    int least();

    /** Whether it always takes, or looks at, the same number of characters, in one way. */
    boolean fixed();
  }

  /**
   * One character of a class, a group of a fixed length, or a position, so many times.
   *
   * @param length the characters that it takes each time
   * @param fewest how often at least
   * @param most how often at most; below 0 is no end
   */
  private record Single(String source, int length, int fewest, int most, boolean position)
      implements Piece {
    @Override
    public int least() {
      return (int) Math.min(LONGEST, (long) length * fewest);
    }

    @Override
    public boolean fixed() {
      return fewest == most;
    }

    private boolean loops() {
      return most < 0 || most - fewest > 16;
    }

    /** In how many ways it can take a text, where that is bounded. */
    private int ways() {
      return most - fewest + 1;
    }
  }

  /** Alternatives, perhaps none of them taken, or what stands before or behind a position. */
  private record Group(List<List<Piece>> branches, boolean optional, boolean position)
      implements Piece {
    @Override
    public int least() {
      return optional || position
          ? 0
          : (int)
              branches.stream()
                  .mapToLong(b -> b.stream().mapToLong(Piece::least).sum())
                  .map(least -> Math.min(LONGEST, least))
                  .min()
                  .orElse(0);
    }

    @Override
    public boolean fixed() {
      return !optional
          && branches.size() == 1
          && branches.stream().allMatch(b -> b.stream().allMatch(Piece::fixed));
    }
  }

  private RegexCost(String text) {
    this.text = text;
  }

  /**
   * Finds the cost.
   *
   * @throws IllegalArgumentException if it is not bounded, or the expression is of a kind that is
   *     not known; the message says why
   */
  static RegexCost of(String regex) {
    if (regex.isEmpty() || regex.length() > MOST_LENGTH) {
      throw new IllegalArgumentException(
          "it has %d characters; accepted are 1 to %d".formatted(regex.length(), MOST_LENGTH));
    }
    RegexCost cost = new RegexCost(regex);
    List<List<Piece>> branches = cost.alternatives();
    if (cost.at < regex.length()) {
      throw cost.unknown("a closing bracket");
    }
    cost.shortest = new Group(branches, false, false).least();
    cost.assess(branches);
    return cost;
  }

  /** The length of the longest text that it may be used on. */
  int longestText() {
    int longest = degree == 0 ? LONGEST : Math.min(LONGEST, MOST_STEPS_BACK / ways);
    return quadratic ? Math.min(longest, LONGEST_FOR_QUADRATIC) : longest;
  }

  /** The number of characters that a match has at least. */
  int shortestMatch() {
    return shortest;
  }

  private void assess(List<List<Piece>> branches) {
    for (int i = 0; i < branches.size(); i++) {
      Backtracking found = new Backtracking();
      found.through(branches.get(i), false);
      if (found.loops.size() > 1) {
        throw new IllegalArgumentException(
            "repetitions of %s follow each other, and what comes after them can fail"
                .formatted(found.loops));
      }
      if (found.ways > MOST_WAYS) {
        throw new IllegalArgumentException("there are too many ways to match the same text");
      }
      degree = Math.max(degree, found.loops.size());
      ways = Math.max(ways, (int) found.ways);
      List<List<Piece>> later = branches.subList(i + 1, branches.size());
      quadratic |= found.loops.stream().anyMatch(l -> !SPACES.contains(l) && !taken(l, later));
    }
  }

  /** Whether an alternative takes the whole of a run whatever follows it. */
  private static boolean taken(String loop, List<List<Piece>> branches) {
    return branches.stream()
        .anyMatch(
            branch -> {
              Backtracking found = new Backtracking();
              found.through(branch, false);
              return found.loops.isEmpty()
                  && branch.stream()
                      .anyMatch(p -> p instanceof Single s && s.loops() && s.source().equals(loop));
            });
  }

  /** The ways back through a sequence of pieces. */
  private static final class Backtracking {
    private final List<String> loops = new ArrayList<>();
    private double ways = 1;

    /** Goes through from the end, and returns whether the sequence can fail. */
    private boolean through(List<Piece> pieces, boolean failsAfter) {
      boolean fails = failsAfter;
      for (int i = pieces.size() - 1; i >= 0; i--) {
        fails = through(pieces.get(i), fails);
      }
      return fails;
    }

    private boolean through(Piece piece, boolean fails) {
      if (piece instanceof Single single) {
        if (fails && single.loops()) {
          loops.add(single.source());
        } else if (fails && !single.fixed()) {
          ways *= single.ways();
        }
        return fails || single.position() || single.least() > 0;
      }
      return through((Group) piece, fails);
    }

    private boolean through(Group group, boolean fails) {
      List<String> most = List.of();
      double all = group.optional() ? 1 : 0;
      boolean failsHere = fails || group.position() || group.least() > 0;
      for (List<Piece> branch : group.branches()) {
        Backtracking inner = new Backtracking();
        inner.through(branch, fails || group.position());
        if (group.position()) {
          // What is looked at is looked at anew each time.
          branch.forEach(inner::addLast);
        }
        most = inner.loops.size() > most.size() ? inner.loops : most;
        all += inner.ways;
      }
      loops.addAll(most);
      ways *= fails || group.position() ? Math.max(1, all) : 1;
      return failsHere;
    }

    private void addLast(Piece piece) {
      if (piece instanceof Single single && single.loops() && !loops.contains(single.source())) {
        loops.add(single.source());
      }
    }
  }

  private List<List<Piece>> alternatives() {
    depth++;
    if (depth > MOST_DEPTH) {
      throw unknown("a group in too many others");
    }
    List<List<Piece>> branches = new ArrayList<>();
    List<Piece> branch = new ArrayList<>();
    while (at < text.length() && text.charAt(at) != ')') {
      if (text.charAt(at) == '|') {
        at++;
        branches.add(branch);
        branch = new ArrayList<>();
      } else {
        branch.add(piece());
      }
    }
    branches.add(branch);
    depth--;
    return branches;
  }

  private Piece piece() {
    return text.charAt(at) == '(' ? group() : single();
  }

  private Piece single() {
    int from = at;
    boolean position = false;
    char first = text.charAt(at);
    if (first == '[') {
      characterClass();
    } else if (first == '\\') {
      position = escape();
    } else if ("*+?{}".indexOf(first) >= 0) {
      throw unknown("a repetition of nothing");
    } else {
      position = first == '^' || first == '$';
      at += Character.charCount(text.codePointAt(at));
    }
    String source = text.substring(from, at);
    int[] times = times();
    if (position && (times[0] != 1 || times[1] != 1)) {
      throw unknown("a repeated position");
    }
    return position
        ? new Single(source, 0, 0, 0, true)
        : new Single(source, 1, times[0], times[1], false);
  }

  private Piece group() {
    at++;
    boolean position = opening();
    List<List<Piece>> branches =
        at < text.length() && text.charAt(at - 1) == ')' ? List.of(List.of()) : rest();
    Group group = new Group(branches, false, position);
    int[] times = times();
    if (times[0] == 1 && times[1] == 1) {
      return group;
    }
    if (position) {
      throw unknown("a repeated position");
    }
    if (times[0] == 0 && times[1] == 1) {
      return new Group(branches, true, false);
    }
    if (!group.fixed() || group.least() == 0) {
      throw unknown("a repeated group whose length varies");
    }
    return new Single("a group", group.least(), times[0], times[1], false);
  }

  private List<List<Piece>> rest() {
    List<List<Piece>> branches = alternatives();
    if (at >= text.length()) {
      throw unknown("an open bracket");
    }
    at++;
    return branches;
  }

  /** Reads what stands behind the bracket of a group; tells whether it takes no characters. */
  private boolean opening() {
    if (at >= text.length() || text.charAt(at) != '?') {
      return false;
    }
    for (String look : List.of("?=", "?!", "?<=", "?<!")) {
      if (text.startsWith(look, at)) {
        at += look.length();
        return true;
      }
    }
    at++;
    while (at < text.length() && "im-".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
    if (at < text.length() && (text.charAt(at) == ':' || text.charAt(at) == ')')) {
      at++;
      return false;
    }
    throw unknown("a group");
  }

  /** Reads an escaped character or class; tells whether it is a position. */
  private boolean escape() {
    if (at + 1 >= text.length()) {
      throw unknown("a backslash at the end");
    }
    char kind = text.charAt(at + 1);
    at += 2;
    if (kind == 'p'
        || kind == 'P'
        || (kind == 'x' && at < text.length() && text.charAt(at) == '{')) {
      int end = at < text.length() && text.charAt(at) == '{' ? text.indexOf('}', at) : -1;
      if (end < 0) {
        throw unknown("an escape without its braces");
      }
      at = end + 1;
      return false;
    }
    if (kind == 'x' || kind == 'u') {
      at = Math.min(text.length(), at + (kind == 'x' ? 2 : 4));
      return false;
    }
    if ("bBAzZ".indexOf(kind) >= 0) {
      return true;
    }
    if (Character.isLetterOrDigit(kind) && "sSdDwWrntfvae".indexOf(kind) < 0) {
      throw unknown("an escape");
    }
    if (Character.isHighSurrogate(kind)) {
      at = Math.min(text.length(), at + 1);
    }
    return false;
  }

  /** Reads a class, other classes in it included. */
  private void characterClass() {
    int open = 0;
    do {
      if (at >= text.length()) {
        throw unknown("an open class");
      }
      char c = text.charAt(at);
      if (c == '\\') {
        escape();
        continue;
      }
      open += c == '[' ? 1 : c == ']' ? -1 : 0;
      at++;
      if (c == '[' && text.startsWith("^", at)) {
        at++;
      }
    } while (open > 0);
  }

  /** Reads how often something is repeated: at least and at most, below 0 for no end. */
  private int[] times() {
    int[] times = {1, 1};
    if (at >= text.length()) {
      return times;
    }
    char kind = text.charAt(at);
    if (kind == '{') {
      times = counted();
    } else if ("*+?".indexOf(kind) >= 0) {
      at++;
      times = new int[] {kind == '+' ? 1 : 0, kind == '?' ? 1 : -1};
    } else {
      return times;
    }
    if (at < text.length() && text.charAt(at) == '?') {
      at++;
    }
    if (at < text.length() && "*+?{".indexOf(text.charAt(at)) >= 0) {
      throw unknown("a repetition of a repetition");
    }
    return times;
  }

  private int[] counted() {
    int end = text.indexOf('}', at);
    String inside = end < 0 ? "" : text.substring(at + 1, end);
    if (!inside.matches("\\d{0,4},?\\d{0,4}") || inside.isEmpty() || inside.equals(",")) {
      throw unknown("a number of repetitions");
    }
    at = end + 1;
    int comma = inside.indexOf(',');
    String least = comma < 0 ? inside : inside.substring(0, comma);
    String most = comma < 0 ? inside : inside.substring(comma + 1);
    int[] times = {
      least.isEmpty() ? 0 : Integer.parseInt(least), most.isEmpty() ? -1 : Integer.parseInt(most)
    };
    if (times[0] > 1000 || times[1] > 1000 || (times[1] >= 0 && times[1] < times[0])) {
      throw unknown("a number of repetitions");
    }
    return times;
  }

  private IllegalArgumentException unknown(String what) {
    return new IllegalArgumentException(
        "what stands at character %d is not known to be safe (%s)".formatted(at, what));
  }
}
