package io.flexora.jinja.parse;

import io.flexora.jinja.dialect.JinjaException;
import io.flexora.jinja.dialect.JinjaOptions;
import io.flexora.jinja.value.PythonSpace;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Splits a template into tokens, with jinja2's control of white space. */
public final class Lexer {
  private static final Pattern NEWLINE = Pattern.compile("\r\n|\r|\n");
  private static final Pattern RAW =
      Pattern.compile("\\{%[-+]?\\s*raw\\s*(-%}\\s*|%})", Pattern.UNICODE_CHARACTER_CLASS);
  private static final Pattern END_RAW =
      Pattern.compile("\\{%([-+]?)\\s*endraw\\s*([-+]?)%}", Pattern.UNICODE_CHARACTER_CLASS);

  private final String source;
  private final JinjaOptions options;
  private final List<Token> tokens = new ArrayList<>();
  private int position;
  private int line = 1;
  private int counted;
  private boolean lineStarting = true;

  public Lexer(String text, JinjaOptions options) {
    String unix = NEWLINE.matcher(text).replaceAll("\n");
    boolean cut = !options.keepTrailingNewline() && unix.endsWith("\n");
    this.source = cut ? unix.substring(0, unix.length() - 1) : unix;
    this.options = options;
  }

  /** The line at which the lexer stands. */
  public int line() {
    while (counted < position) {
      if (source.charAt(counted++) == '\n') {
        line++;
      }
    }
    return line;
  }

  public List<Token> tokens() {
    for (int tag = nextTag(); tag >= 0; tag = nextTag()) {
      tag(tag);
    }
    data(source.substring(position));
    position = source.length();
    add(Token.Kind.END, "");
    return tokens;
  }

  private int nextTag() {
    for (int i = source.indexOf('{', position); i >= 0; i = source.indexOf('{', i + 1)) {
      if (i + 1 < source.length() && "%{#".indexOf(source.charAt(i + 1)) >= 0) {
        return i;
      }
    }
    return -1;
  }

  private void tag(int start) {
    char kind = source.charAt(start + 1);
    char sign = start + 2 < source.length() ? source.charAt(start + 2) : ' ';
    data(stripped(source.substring(position, start), sign, kind != '{'));
    position = start;
    Matcher raw = RAW.matcher(source).region(start, source.length());
    if (kind == '%' && raw.lookingAt()) {
      raw(raw.end());
      return;
    }
    line();
    position = start + (sign == '-' || sign == '+' ? 3 : 2);
    lineStarting = false;
    if (kind == '#') {
      comment();
    } else if (kind == '%') {
      add(Token.Kind.BLOCK_BEGIN, "{%");
      code("%}", Token.Kind.BLOCK_END);
    } else {
      add(Token.Kind.PRINT_BEGIN, "{{");
      code("}}", Token.Kind.PRINT_END);
    }
  }

  private String stripped(String text, char sign, boolean block) {
    if (sign == '-') {
      return PythonSpace.stripRight(text);
    }
    int lineStart = text.lastIndexOf('\n') + 1;
    boolean strips = sign != '+' && block && options.lstripBlocks();
    boolean begins = lineStart > 0 || lineStarting;
    return strips && begins && PythonSpace.isBlank(text, lineStart)
        ? text.substring(0, lineStart)
        : text;
  }

  private void raw(int from) {
    position = from;
    Matcher end = END_RAW.matcher(source);
    if (!end.find(from)) {
      throw new JinjaException("'raw' has no 'endraw'");
    }
    String sign = end.group(1);
    lineStarting = source.charAt(from - 1) == '\n';
    data(
        stripped(source.substring(from, end.start()), sign.isEmpty() ? ' ' : sign.charAt(0), true));
    position = end.end();
    afterTag(end.group(2), true);
  }

  private void comment() {
    int end = source.indexOf("#}", position);
    if (end < 0) {
      throw new JinjaException("a comment has no end '#}'");
    }
    char last = end > position ? source.charAt(end - 1) : ' ';
    position = end + 2;
    afterTag(last == '-' || last == '+' ? String.valueOf(last) : "", true);
  }

  private void afterTag(String sign, boolean block) {
    if (sign.equals("-")) {
      position = PythonSpace.skip(source, position);
    } else if (sign.isEmpty()
        && block
        && options.trimBlocks()
        && position < source.length()
        && source.charAt(position) == '\n') {
      position++;
    }
    lineStarting = source.charAt(position - 1) == '\n';
  }

  private void code(String end, Token.Kind endKind) {
    Deque<Character> open = new ArrayDeque<>();
    CodeLexer code = new CodeLexer(source);
    while (true) {
      position = PythonSpace.skip(source, position);
      if (position >= source.length()) {
        throw new JinjaException("a tag has no end '" + end + "'");
      }
      String sign = open.isEmpty() ? endsHere(end) : null;
      if (sign != null) {
        add(endKind, end);
        position += sign.length() + 2;
        afterTag(sign, endKind == Token.Kind.BLOCK_END);
        return;
      }
      Token token = code.token(position, line());
      balance(token, open);
      tokens.add(token);
      position = code.end();
    }
  }

  /** The sign in front of the end, or null if the tag does not end here. */
  private String endsHere(String end) {
    if (source.startsWith(end, position)) {
      return "";
    }
    char sign = source.charAt(position);
    boolean signs = sign == '-' || (sign == '+' && end.equals("%}"));
    return signs && source.startsWith(end, position + 1) ? String.valueOf(sign) : null;
  }

  private static void balance(Token token, Deque<Character> open) {
    if (token.kind() != Token.Kind.OPERATOR || token.text().length() != 1) {
      return;
    }
    char c = token.text().charAt(0);
    int opening = "([{".indexOf(c);
    if (opening >= 0) {
      open.push(")]}".charAt(opening));
    } else if (")]}".indexOf(c) >= 0 && (open.isEmpty() || open.pop() != c)) {
      throw new JinjaException("'" + c + "' closes nothing that is open");
    }
  }

  private void data(String text) {
    if (!text.isEmpty()) {
      add(Token.Kind.DATA, text);
    }
  }

  private void add(Token.Kind kind, String text) {
    tokens.add(new Token(kind, text, null, line()));
  }
}
