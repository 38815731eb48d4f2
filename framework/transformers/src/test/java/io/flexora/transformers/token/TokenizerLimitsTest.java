package io.flexora.transformers.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flexora.api.run.FlexoraException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokenizerLimitsTest {
  private static final Path FILE =
      Path.of("src/test/resources/io/flexora/transformers/token/pieces/tokenizer.json");

  private static TokenizerJson with(String field, String value) throws IOException {
    ObjectNode root = CheckpointJson.object(FILE);
    root.set(field, CheckpointJson.JSON.readTree(value.replace('\'', '"')));
    return new TokenizerJson("tokenizer.json", root);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "post_processor|post_processor.single[0]|{'type':'TemplateProcessing','single':"
            + "[{'SpecialToken':{'id':'none','type_id':0}}],'pair':[],'special_tokens':{}}",
        "post_processor|post_processor.single[0]|{'type':'TemplateProcessing','single':"
            + "[{'Sequence':{'id':'B','type_id':0}}],'pair':[],'special_tokens':{}}",
        "post_processor|post_processor.special_tokens.s.ids[0]|{'type':'TemplateProcessing',"
            + "'single':[],'pair':[],'special_tokens':{'s':{'id':'s','ids':[9999],"
            + "'tokens':['s']}}}",
        "post_processor|post_processor.single[1]|{'type':'TemplateProcessing','single':"
            + "[{'Sequence':{'id':'A','type_id':0}},{'Sequence':{'id':'A','type_id':0}}],"
            + "'pair':[],'special_tokens':{}}",
        "decoder|decoder.suffix|{'type':'BPEDecoder','suffix':''}",
        "decoder|decoder.stop|{'type':'Strip','content':' ','start':0,'stop':3}",
        "decoder|decoder.decoders[0].type|{'type':'Sequence','decoders':[{'type':'Other'}]}",
        "pre_tokenizer|pre_tokenizer.pattern.Regex|{'type':'Split','pattern':{'Regex':'(a+)+$'},"
            + "'behavior':'Isolated','invert':false}",
        "normalizer|normalizer.normalizers[2]|{'type':'Sequence','normalizers':["
            + "{'type':'Replace','pattern':{'String':'a'},'content':'aaaaaaaa'},"
            + "{'type':'Replace','pattern':{'String':'a'},'content':'aaaaaaaa'},"
            + "{'type':'Replace','pattern':{'String':'a'},'content':'aa'}]}",
        "normalizer|normalizer.pattern.String|{'type':'Replace','pattern':{'String':''},"
            + "'content':'b'}",
        "normalizer|normalizer.precompiled_charsmap|{'type':'Precompiled',"
            + "'precompiled_charsmap':'CAAAAAEAAAD/////YQBiAA=='}",
        "model|model.merges[0]|{'type':'BPE','vocab':{'a':0,'b':1},'merges':['a b']}",
        "model|model.vocab|{'type':'BPE','vocab':{'a':0,'b':0},'merges':[]}",
        "model|model.dropout|{'type':'BPE','dropout':0.1,'vocab':{'a':0},'merges':[]}",
        "model|model.continuing_subword_prefix|{'type':'BPE','continuing_subword_prefix':'####',"
            + "'vocab':{'a':0,'b':1,'ab':2},'merges':['a b']}",
        "model|model.max_input_chars_per_word|{'type':'WordPiece','unk_token':'a',"
            + "'continuing_subword_prefix':'##','max_input_chars_per_word':100000,"
            + "'vocab':{'a':0}}",
        "model|model.unk_token|{'type':'WordLevel','unk_token':'none','vocab':{'a':0}}",
        "model|model.unk_id|{'type':'Unigram','unk_id':1,'vocab':[['a',0.0]]}",
        "model|model.vocab[1]|{'type':'Unigram','unk_id':0,'vocab':[['a',0.0],['',1.0]]}"
      })
  void refusesWhatNativeCodeDoesNotSurvive(String field, String place, String value) {
    assertThatThrownBy(() -> with(field, value))
        .isInstanceOf(FlexoraException.class)
        .hasMessageStartingWith("tokenizer.json: " + place + " is ");
  }

  @Test
  void aTextIsReadOnlyAsLongAsTheExpressionsAllow() throws IOException {
    TokenizerJson json =
        with(
            "pre_tokenizer",
            "{'type':'Split','pattern':{'Regex':'[^b]*b'},'behavior':'Isolated','invert':false}");
    try (NativeTokenizer tokenizer = NativeTokenizer.open(json)) {
      assertThat(tokenizer.ids("a b")).isNotEmpty();
      assertThatThrownBy(() -> tokenizer.ids("a ".repeat(40_000)))
          .isInstanceOf(FlexoraException.class)
          .hasMessage(
              "a text of 80000 characters is longer than the 65536 that tokenizer.json may read"
                  + " at once. Shorten it, or leave it out");
    }
  }

  @Test
  void whatTheLibrarySaysOfATextIsToldAsTheFiles() throws IOException {
    TokenizerJson json =
        with(
            "model",
            "{'type':'Unigram','unk_id':null,'byte_fallback':false,"
                + "'vocab':[['<unk>',0.0],['a',-1.0],['▁',-1.0]]}");
    try (NativeTokenizer tokenizer = NativeTokenizer.open(json)) {
      assertThat(tokenizer.ids("aa")).isNotEmpty();
      assertThatThrownBy(() -> tokenizer.ids("xyz"))
          .isInstanceOf(FlexoraException.class)
          .hasMessageStartingWith("tokenizer.json does not fit the text: ");
    }
  }

  @Test
  void addedTokensAreShort() throws IOException {
    String token =
        "[{'id':600,'content':'%s','single_word':false,'lstrip':false,'rstrip':false,"
            + "'normalized':false,'special':true}]";
    assertThat(with("added_tokens", token.formatted("x".repeat(1000))).special()).contains(600);
    assertThatThrownBy(() -> with("added_tokens", token.formatted("x".repeat(1001))))
        .hasMessageStartingWith("tokenizer.json: added_tokens[0].content is ");
  }

  @Test
  void whiteSpaceHasAnEnd() throws IOException {
    try (NativeTokenizer tokenizer = NativeTokenizer.open(TokenizerJson.read(FILE))) {
      assertThat(tokenizer.ids("x" + " ".repeat(30_000) + "x")).isNotEmpty();
      assertThatThrownBy(() -> tokenizer.ids("x" + " ".repeat(40_000) + "x"))
          .hasMessageContaining("more than 32768 characters of white space");
    }
  }

  @Test
  void aModelWithoutATypeIsWhatItsFieldsSay() throws IOException {
    ObjectNode root = CheckpointJson.object(FILE);
    ((ObjectNode) root.path("model")).remove("type");
    TokenizerJson json = new TokenizerJson("old", root);
    try (NativeTokenizer old = NativeTokenizer.open(json);
        NativeTokenizer today = NativeTokenizer.open(TokenizerJson.read(FILE))) {
      assertThat(old.ids("Hello world, it is")).isEqualTo(today.ids("Hello world, it is"));
    }
  }

  @Test
  void theTableOfReplacementsIsFollowedToItsEnd() throws IOException {
    // 'a' becomes "bc": the root leads to unit 256 + 'a', which has a leaf behind it.
    int[] units = new int[768];
    units[0] = 256 << 10;
    units[256 ^ 'a'] = 'a' | 1 << 8 | ((256 ^ 'a') ^ 512) << 10;
    ByteBuffer bytes =
        ByteBuffer.allocate(4 + 4 * units.length + 3)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putInt(4 * units.length);
    Arrays.stream(units).forEach(bytes::putInt);
    bytes.put((byte) 'b').put((byte) 'c').put((byte) 0);
    String table = Base64.getEncoder().encodeToString(bytes.array());
    String normalizer = "{'type':'Precompiled','precompiled_charsmap':'" + table + "'}";
    JsonNode before = CheckpointJson.object(FILE).path("normalizer");
    TokenizerJson json =
        with("normalizer", "{'type':'Sequence','normalizers':[" + normalizer + "," + before + "]}");
    try (NativeTokenizer tokenizer = NativeTokenizer.open(json);
        NativeTokenizer plain = NativeTokenizer.open(TokenizerJson.read(FILE))) {
      assertThat(tokenizer.ids("a xa")).isEqualTo(plain.ids("bc xbc"));
    }
  }
}
