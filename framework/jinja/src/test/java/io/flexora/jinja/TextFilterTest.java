package io.flexora.jinja;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Filters of texts, as jinja2 3.1.6 has them. */
class TextFilterTest {

  @ParameterizedTest
  @CsvSource(
      delimiterString = " => ",
      quoteCharacter = '`',
      value = {
        "{{ s|trim }}| => Hello World|",
        "{{ 'xxhixx'|trim('x') }} => hi",
        "{{ s|upper }} => ` HELLO WORLD `",
        "{{ s|lower }} => ` hello world `",
        "{{ 'hello wORLD'|capitalize }} => Hello world",
        "{{ ''|capitalize }} => ``",
        "{{ 'éa'|capitalize }} => Éa",
        "{{ \"it's o'neil mc-donald (abc)[def]{ghi}<jkl>\"|title }} => It's O'neil Mc-Donald (Abc)[Def]{Ghi}<Jkl>",
        "{{ 'foo bar  baz'|title }} => Foo Bar  Baz",
        "{{ 'ÄÖ straße'|title }} => Äö Straße",
        "{{ 'a-b_c d'|replace('-', '+') }} => a+b_c d",
        "{{ 'aaa'|replace('a', 'b', 2) }} => bba",
        "{{ 'aaa'|replace('', '.') }} => .a.a.a.",
        "{{ 'ab'|center(9) }}| => `    ab   |`",
        "{{ 'abc'|center(8) }}| => `  abc   |`",
        "{{ 'abc'|center(2) }} => abc",
        "{{ 'x'|center }}| => `                                       x                                        |`",
        "{{ '%s is %05.1f'|format('pi', 3.14159) }} => pi is 003.1",
        "{{ '%(a)s-%(b)d'|format(a='x', b=3) }} => x-3",
        "{{ ml|indent }} => `a\n     b\n\n    c`",
        "{{ ml|indent(2, true) }} => `  a\n   b\n\n  c`",
        "{{ ml|indent(2, false, true) }} => `a\n   b\n  \n  c`",
        "{{ ml|indent('> ', first=true, blank=true) }} => `> a\n>  b\n> \n> c`",
        "{{ words|wordcount }} => 4",
        "{{ ''|wordcount }} => 0",
        "{{ \"a-b c_d, e!\"|wordcount }} => 4",
        "{{ 'ä ö'|wordcount }} => 2",
        "{{ words|length }} => 19",
        "{{ w|count }} => 9",
        "{{ 'abc'|first }} => a",
        "{{ 'abc'|last }} => c",
        "{{ 'abc'|reverse }} => cba",
        "{{ 'abc'|list }} => ['a', 'b', 'c']",
        "{{ 'abc'|batch(2)|list }} => [['a', 'b'], ['c']]",
        "{{ 'b,a'|sort }} => [',', 'a', 'b']",
        "{{ 'abca'|unique|list }} => ['a', 'b', 'c']",
        "{{ 'a<b'|string }} => a<b",
        "{{ 5|string }} => 5",
        "{{ none|string }} => None",
        "{{ 1.0|string }} => 1.0",
        "{{ [1]|string }} => [1]",
        "{{ 'x'|default('y') }} => x",
        "{{ ''|default('y') }} => ``",
        "{{ ''|default('y', true) }} => y",
        "{{ ''|d('y', boolean=true) }} => y",
        "{{ 'abc'|join('-') }} => a-b-c",
        "{{ 'x'|attr('upper') is defined }} => True",
        "{{ 'A'|lower ~ 'b'|upper }} => aB",
        "{{ ('a' ~ 'b')|upper }} => AB",
        "{{ 'a' ~ 'b'|upper }} => aB",
        "{{ 'a b'|upper|replace(' ', '_')|lower }} => a_b",
        "{{ 42|upper }} => 42",
        "{{ none|lower }} => none",
        "{{ 1.5|trim }} => 1.5",
        "{{ true|title }} => True",
        "{{ 'xyz'|trim('zx') }} => y",
        "{{ '\\t x \\n'|trim }}| => x|",
        "{{ 'öä'|upper }} => ÖÄ",
        "{{ 'ß'|upper }} => SS",
        "{{ 'ŉ'|upper }} => ʼN",
        "{{ 'ﬁ'|upper }} => FI",
        "{{ 'ǆ'|capitalize }} => ǅ",
        "{{ 'a\\r\\nb\\rc'|indent(1) }}| => `a\n b\n c|`",
        "{{ 'one\\ntwo'|indent(width=3) }} => `one\n   two`",
        "{{ ''|indent(3, true) }}| => `   |`"
      })
  void rendersWhatJinja2Renders(String template, String expected) {
    assertThat(Jinja2Cases.prompt(template)).isEqualTo(expected);
    assertThat(Jinja2Cases.chat(template)).isEqualTo(expected);
  }
}
