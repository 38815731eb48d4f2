package io.flexora.jinja.parse;

import io.flexora.jinja.dialect.JinjaException;
import java.util.List;

/** Walks over the tokens of a template. */
public final class TokenCursor {
  private final List<Token> tokens;
  private int next;

  public TokenCursor(List<Token> tokens) {
    this.tokens = tokens;
  }

  public int line() {
    return peek().line();
  }

  Token peek() {
    return tokens.get(next);
  }

  Token peekSecond() {
    return tokens.get(Math.min(next + 1, tokens.size() - 1));
  }

  public Token take() {
    Token token = peek();
    if (token.kind() != Token.Kind.END) {
      next++;
    }
    return token;
  }

  boolean at(Token.Kind kind) {
    return peek().kind() == kind;
  }

  boolean atOperator(String text) {
    return peek().is(Token.Kind.OPERATOR, text);
  }

  boolean atWord(String word) {
    return peek().is(Token.Kind.NAME, word);
  }

  boolean skipOperator(String text) {
    return skip(atOperator(text));
  }

  boolean skipWord(String word) {
    return skip(atWord(word));
  }

  private boolean skip(boolean matches) {
    if (matches) {
      next++;
    }
    return matches;
  }

  void expectOperator(String text) {
    if (!skipOperator(text)) {
      throw new JinjaException("expected '" + text + "', found " + peek().shown());
    }
  }

  void expectWord(String word) {
    if (!skipWord(word)) {
      throw new JinjaException("expected '" + word + "', found " + peek().shown());
    }
  }

  public void expect(Token.Kind kind, String shown) {
    if (!at(kind)) {
      throw new JinjaException("expected " + shown + ", found " + peek().shown());
    }
    next++;
  }

  String name() {
    Token token = peek();
    expect(Token.Kind.NAME, "a name");
    return token.text();
  }
}
