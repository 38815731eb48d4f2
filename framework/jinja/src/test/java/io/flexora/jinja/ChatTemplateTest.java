package io.flexora.jinja;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Templates of chats, with the functions and options that transformers gives them. */
class ChatTemplateTest {

  @ParameterizedTest
  @CsvSource(
      delimiterString = " => ",
      quoteCharacter = '`',
      value = {
        "{{ {'a': [1, 2.5, true, none], 'b': {'c': 'ü<\"\\n'}}|tojson }} => {\"a\": [1, 2.5, true, null], \"b\": {\"c\": \"ü<\\\"\\n\"}}",
        "{{ {'a': [1, {}], 'b': []}|tojson(indent=2) }} => `{\n  \"a\": [\n    1,\n    {}\n  ],\n  \"b\": []\n}`",
        "{{ {'b': 1, 'a': 2}|tojson(sort_keys=true) }} => {\"a\": 2, \"b\": 1}",
        "{{ {'a': [1, 2]}|tojson(separators=(',', ':')) }} => {\"a\":[1,2]}",
        "{{ 'é'|tojson(ensure_ascii=true) }} {{ '😀'|tojson(ensure_ascii=true) }} {{ 'é'|tojson }} => \"\\u00e9\" \"\\ud83d\\ude00\" \"é\"",
        "{{ [1e16, 0.1, -0.0, 1e-7, 100.0]|tojson }} {{ '\\x00\\x1f\\u2028/'|tojson }} => [1e+16, 0.1, -0.0, 1e-07, 100.0] \"\\u0000\\u001f\u2028/\"",
        "{{ [[], {}, [[]], {'a': {}}]|tojson(indent=4) }} => `[\n    [],\n    {},\n    [\n        []\n    ],\n    {\n        \"a\": {}\n    }\n]`",
        "{{ strftime_now('%d %b %Y') }} {{ strftime_now('%Y-%m-%d %H:%M:%S') }} {{ strftime_now('%A %B %-d, %y %I %p %j') }} {{ strftime_now('%%|%a|%D|%F|%T|%R') }} => 07 Mar 2025 2025-03-07 14:05:09 Friday March 7, 25 02 PM 066 %|Fri|03/07/25|2025-03-07|14:05:09|14:05",
        "{% for x in nums %}{% if x == 1 %}{% continue %}{% endif %}{{ x }}{% endfor %} => 32",
        "{% for x in nums %}{% if x == 1 %}{% break %}{% endif %}{{ x }}{% else %}e{% endfor %} => 3",
        "{% for x in [] %}{% break %}{% else %}e{% endfor %} => e",
        "{% generation %}a{{ n }}{% endgeneration %} => a7",
        "{{ zz }}|{{ zz|upper }}|{{ zz ~ 'a' }}|{{ zz is defined }}|{% for x in zz %}{% endfor %}|{{ m.zz }}|{{ zz|default('d') }}|{{ zz == none }}|{{ zz|length }}|{{ zz|list }}|{{ not zz }} => ||a|False|||d|False|0|[]|True",
        "{{ ''.__class__ }} => ``",
        "`  yes` => `  yes`",
        "`    {{ x }}` => `    `",
        "end => end",
        "`` => ``",
        "` a` => ` a`",
        "` b` => ` b`",
        "{{ x if x is defined }}|{{ (x if false) is defined }} => |False",
        "{{ i }} => ``"
      })
  void rendersWhatTransformersRenders(String template, String expected) {
    assertThat(Jinja2Cases.chat(template)).isEqualTo(expected);
  }
}
