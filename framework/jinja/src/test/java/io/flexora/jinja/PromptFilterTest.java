package io.flexora.jinja;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Filters of prompts: {@code regex_replace} as lm-evaluation-harness defines it by Python's {@code
 * re}, and those of JSON and HTML, as jinja2 3.1.6 has them.
 */
class PromptFilterTest {

  @ParameterizedTest
  @CsvSource(
      delimiterString = " => ",
      quoteCharacter = '`',
      value = {
        "{{ 'a1b22c'|regex_replace('[0-9]+', '#') }} => a#b#c",
        "{{ 'a1b22c'|regex_replace('[0-9]', '', 2) }} => ab2c",
        "{{ 'a1b22c'|regex_replace('\\\\d', '<\\\\g<0>>') }} => a<1>b<2><2>c",
        "{{ 'John Smith'|regex_replace('(\\\\w+) (\\\\w+)', '\\\\2 \\\\1') }} => Smith John",
        "{{ 'John Smith'|regex_replace('(?P<first>\\\\w+) (?P<last>\\\\w+)', '\\\\g<last>, \\\\g<first>') }} => Smith, John",
        "{{ 'abc'|regex_replace('', '-') }} => -a-b-c-",
        "{{ 'abc'|regex_replace('x*', '-') }} => -a-b-c-",
        "{{ 'a.b.c'|regex_replace('\\\\.', '') }} => abc",
        "{{ 'a.b.c'|regex_replace('[.]', '$1') }} => a$1b$1c",
        "{{ 'a b\\tc\\nd'|regex_replace('\\\\s+', ' ') }} => a b c d",
        "{{ 'Hello'|regex_replace('(?i)h', 'J') }} => Jello",
        "{{ 'Hello hello'|regex_replace('(?i)hello', 'x') }} => x x",
        "{{ 'one\\ntwo'|regex_replace('(?m)^', '> ') }} => `> one\n> two`",
        "{{ 'one\\ntwo'|regex_replace('^', '> ') }} => `> one\ntwo`",
        "{{ 'one\\ntwo'|regex_replace('$', '!') }} => `one\ntwo!`",
        "{{ 'one\\ntwo\\n'|regex_replace('$', '!') }} => `one\ntwo!\n!`",
        "{{ 'one\\ntwo'|regex_replace('(?s)e.t', '-') }} => on-wo",
        "{{ 'one\\ntwo'|regex_replace('e.t', '-') }} => `one\ntwo`",
        "{{ 'foobar'|regex_replace('foo(?=bar)', 'x') }} => xbar",
        "{{ 'foobar'|regex_replace('(?<=foo)bar', 'x') }} => foox",
        "{{ 'foobaz'|regex_replace('foo(?!bar)', 'x') }} => xbaz",
        "{{ 'aXbX'|regex_replace('X\\\\Z', '!') }} => aXb!",
        "{{ 'aXbX'|regex_replace('\\\\AaX', '!') }} => !bX",
        "{{ 'word words'|regex_replace('\\\\bword\\\\b', 'W') }} => W words",
        "{{ 'wörd'|regex_replace('\\\\w', '.') }} => ....",
        "{{ 'é1²'|regex_replace('\\\\d', '.') }} => é.²",
        "{{ '日本語'|regex_replace('本', '-') }} => 日-語",
        "{{ '😀a😀'|regex_replace('.', 'x') }} => xxx",
        "{{ 'abab'|regex_replace('(ab)\\\\1', 'x') }} => x",
        "{{ 'a|b'|regex_replace('a|b', 'x') }} => x|x",
        "{{ 'a+b'|regex_replace('\\\\+', ' plus ') }} => a plus b",
        "{{ 'a{2}'|regex_replace('a{2}', 'x') }} => a{2}",
        "{{ 'aab'|regex_replace('a{2}', 'x') }} => xb",
        "{{ 'aaab'|regex_replace('a{1,2}', 'x') }} => xxb",
        "{{ '[title] text'|regex_replace('\\\\[.*?\\\\]', '') }} => ` text`",
        "{{ ' a  b '|regex_replace('^ | $', '') }} => a  b",
        "{{ 'x'|regex_replace('x', 'a\\nb') }} => `a\nb`",
        "{{ 'x'|regex_replace('x', 'a\\\\nb') }} => `a\nb`",
        "{{ 'x'|regex_replace('x', '$0 & \\\\\\\\') }} => $0 & \\",
        "{{ 'tel: 555-1234'|regex_replace('(\\\\d{3})-(\\\\d{4})', '\\\\1\\\\2') }} => tel: 5551234",
        "{{ 'ABC'|regex_replace('[a-c]', 'x') }} => ABC",
        "{{ 'a-b_c'|regex_replace('[-_]', ' ') }} => a b c",
        "{{ 'a]b'|regex_replace('[]]', 'x') }} => axb",
        "{{ 'a^b'|regex_replace('[b^]', 'x') }} => axx",
        "{{ 'tab\\t'|regex_replace('\\t', '<t>') }} => tab<t>",
        "{{ 'aaa'|regex_replace('a', 'b', count=2) }} => bba",
        "{{ 'aaa'|regex_replace(pattern='a', repl='b') }} => bbb",
        "{{ ''|regex_replace('a', 'b') }} => ``",
        "{{ 'a'|regex_replace('(a)|(b)', '[\\\\1\\\\2]') }} => [a]",
        "{{ 'b'|regex_replace('(a)?b', '[\\\\1]') }} => []",
        "{{ 'Wikipedia [edit]'|regex_replace(' \\\\[edit\\\\]', '')|upper }} => WIKIPEDIA",
        "{{ 'a<b>&\\'\"'|tojson }} => \"a\\u003cb\\u003e\\u0026\\u0027\\\"\"",
        "{{ [1, 2.5, true, false, none]|tojson }} => [1, 2.5, true, false, null]",
        "{{ {'b': 1, 'a': [{}]}|tojson }} => {\"a\": [{}], \"b\": 1}",
        "{{ {'b': 1, 'a': [1, 2]}|tojson(indent=2) }} => `{\n  \"a\": [\n    1,\n    2\n  ],\n  \"b\": 1\n}`",
        "{{ 'é😀'|tojson }} => \"\\u00e9\\ud83d\\ude00\"",
        "{{ '\\n\\t\\r\\\\/\\x00\\x7f'|tojson }} => \"\\n\\t\\r\\\\/\\u0000\\u007f\"",
        "{{ rows|tojson }} => [{\"age\": 31, \"home\": {\"city\": \"Rom\"}, \"name\": \"Ann\", \"tags\": [\"x\", \"y\"]}, {\"age\": 25, \"home\": {\"city\": \"Oslo\"}, \"name\": \"bob\", \"tags\": []}, {\"age\": 31, \"home\": {\"city\": \"Bonn\"}, \"name\": \"Cy\", \"tags\": [\"z\"]}]",
        "{{ m|tojson(2) }} => `{\n  \"n\": 5,\n  \"role\": \"user\"\n}`",
        "{{ [[], {}]|tojson(indent=1) }} => `[\n [],\n {}\n]`",
        "{{ 1e16|tojson }} {{ 0.1|tojson }} {{ -0.0|tojson }} {{ 1e-7|tojson }} {{ 123456789012|tojson }} => 1e+16 0.1 -0.0 1e-07 123456789012",
        "{{ (1, 'x')|tojson }} => [1, \"x\"]",
        "{{ html|tojson }} => \"\\u003ca href=\\\"x\\\"\\u003e\\u0026\\u0027\\u003c/a\\u003e\"",
        "{{ html|escape }} => &lt;a href=&#34;x&#34;&gt;&amp;&#39;&lt;/a&gt;",
        "{{ html|e }} => &lt;a href=&#34;x&#34;&gt;&amp;&#39;&lt;/a&gt;",
        "{{ '\"\\''|e }} => &#34;&#39;",
        "{{ 5|e }} => 5",
        "{{ none|e }} => None",
        "{{ (html|tojson)|length }} => 52",
        "{{ {'é': '<'}|tojson }} => {\"\\u00e9\": \"\\u003c\"}"
      })
  void rendersWhatPythonRenders(String template, String expected) {
    assertThat(Jinja2Cases.prompt(template)).isEqualTo(expected);
  }
}
