using System.Text;
using System.Text.Json;
using Annotator.Core.Annotations;
using Annotator.Formats.Model;

namespace Annotator.Tests.Unit.Annotations;

public sealed class AnnotationJsonTests
{
    [Fact]
    public void What_the_contract_writes_is_read_and_written_again_the_same()
    {
        const string body =
            """
            {"version":3,
             "tags":[{"id":1,"frame":0,"label_id":6,"group":0,"source":"manual","attributes":[]}],
             "shapes":[
              {"id":2,"frame":1,"label_id":1,"group":4,"source":"semi-auto","type":"rectangle","occluded":true,"outside":false,"z_order":-2,"rotation":12.5,
               "points":[10.1,20.25,30,40],"score":0.5,"elements":[],"attributes":[{"spec_id":11,"value":"true"}]},
              {"id":3,"frame":1,"label_id":3,"group":0,"source":"file","type":"skeleton","occluded":false,"outside":false,"z_order":0,"rotation":0,
               "points":[],"score":1,"elements":[
                {"id":4,"frame":1,"label_id":4,"group":0,"source":"file","type":"points","occluded":false,"outside":true,"z_order":0,"rotation":0,"points":[1,2],"attributes":[]}],
               "attributes":[]},
              {"id":5,"frame":2,"label_id":1,"group":0,"source":"auto","type":"mask","occluded":false,"outside":false,"z_order":0,"rotation":0,
               "points":[2,99999999,7,0,0,9999,9999],"score":1,"elements":[],"attributes":[]}],
             "tracks":[{"id":6,"frame":5,"label_id":1,"group":0,"source":"consensus","shapes":[
               {"id":7,"frame":5,"type":"polygon","occluded":false,"outside":false,"z_order":1,"rotation":0,"points":[0,0,1.5,0,1.5,2],"attributes":[{"spec_id":11,"value":"false"}]},
               {"id":null,"frame":9,"type":"polygon","occluded":true,"outside":true,"z_order":1,"rotation":0,"points":[0,0,1,0,1,1],"attributes":[]}],
              "elements":[],"attributes":[{"spec_id":12,"value":"blå \"x\""}]}]}
            """;
        var read = Read(body, IdRule.Optional);

        Assert.True(JsonElement.DeepEquals(Parse(body), Parse(Written(read))), Written(read));
        Assert.Equal([2, 99999999, 7, 0, 0, 9999, 9999], read.Shapes[2].Points);
    }

    [Fact]
    public void What_may_be_left_out_takes_the_contracts_defaults()
    {
        var read = Read("""{"shapes":[{"type":"points","frame":0,"label_id":1,"group":null,"id":null,"points":[1,2]}]}""", IdRule.Absent);

        var shape = Assert.Single(read.Shapes);
        Assert.Equal((0L, 0, AnnotationSource.Manual, 0, 0f, 1f), (shape.Id, shape.Group, shape.Source, shape.ZOrder, shape.Rotation, shape.Score));
        Assert.False(shape.Occluded || shape.Outside);
        Assert.Empty(read.Tags);
        Assert.Empty(read.Tracks);
    }

    [Theory]
    [InlineData("""{"shapes":[{"frame":0,"label_id":1,"points":[]}]}""", "/shapes/0/type", "required")]
    [InlineData("""{"shapes":[{"type":"circle","frame":0,"label_id":1}]}""", "/shapes/0/type", "unknown-type")]
    [InlineData("""{"shapes":[{"type":"rectangle","frame":0,"label_id":1,"points":[0,1,"2",3]}]}""", "/shapes/0/points/2", "coordinate")]
    [InlineData("""{"shapes":[{"type":"rectangle","frame":0,"label_id":1,"points":[0,1,1e999,3]}]}""", "/shapes/0/points/2", "coordinate")]
    [InlineData("""{"shapes":[{"type":"rectangle","frame":-1,"label_id":1,"points":[]}]}""", "/shapes/0/frame", "range")]
    [InlineData("""{"shapes":[{"type":"rectangle","frame":1.5,"label_id":1,"points":[]}]}""", "/shapes/0/frame", "range")]
    [InlineData("""{"shapes":[{"type":"rectangle","frame":0,"label_id":1,"source":"magic"}]}""", "/shapes/0/source", "unknown-source")]
    [InlineData("""{"shapes":[{"type":"rectangle","frame":0,"label_id":1,"score":2}]}""", "/shapes/0/score", "range")]
    [InlineData("""{"shapes":[{"type":"rectangle","frame":0,"label_id":1,"occluded":1}]}""", "/shapes/0/occluded", "type")]
    [InlineData("""{"shapes":[{"type":"rectangle","frame":0,"label_id":1,"group":-1}]}""", "/shapes/0/group", "range")]
    [InlineData("""{"tags":[{"frame":0,"label_id":1},{"frame":0,"label_id":1,"attributes":[{"spec_id":1}]}]}""", "/tags/1/attributes/0", "required")]
    [InlineData("""{"tags":[{"frame":0,"label_id":1,"attributes":[{"spec_id":1,"value":"\u0000"}]}]}""", "/tags/0/attributes/0/value", "range")]
    [InlineData("""{"tags":[{"frame":0,"label_id":1,"attributes":[{"spec_id":1,"value":"\ud800"}]}]}""", "/tags/0/attributes/0/value", "type")]
    [InlineData("""{"tags":[{"frame":0,"label_id":1,"attributes":[{"spec_id":1,"value":"a"},{"spec_id":1,"value":"b"}]}]}""", "/tags/0/attributes", "duplicate-attribute")]
    [InlineData("""{"tracks":[{"frame":0,"label_id":1,"shapes":[{"type":"rectangle","points":[0,0,1,1]}]}]}""", "/tracks/0/shapes/0/frame", "required")]
    [InlineData("""{"tags":{}}""", "/tags", "type")]
    [InlineData("""{"intervals":[{}]}""", "/intervals", "unknown-field")]
    [InlineData("""[]""", "", "type")]
    public void What_is_not_an_annotation_is_refused_with_its_place(string body, string pointer, string code)
    {
        var refused = Assert.Throws<InvalidAnnotationsException>(() => Read(body, IdRule.Ignored));
        Assert.Contains(refused.Errors, error => error.Pointer == pointer && error.Code == code);
    }

    [Theory]
    [InlineData("{\"tags\":[],\"tags\":[]}")]
    [InlineData("{\"shapes\":[{\"points\":[NaN]}]}")]
    [InlineData("{\"tags\":[")]
    [InlineData("{\"tags\":[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]}")]
    [InlineData("{\"tags\":[]} x")]
    [InlineData("{\"tags\":[{\"frame\":0,\"frame\":1,\"label_id\":1}]}")]
    [InlineData("")]
    public async Task What_is_not_JSON_is_refused(string body)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(body));
        var refused = await Assert.ThrowsAsync<InvalidAnnotationsException>(() => AnnotationJson.ReadAsync(stream, IdRule.Ignored, TestContext.Current.CancellationToken));
        Assert.Equal("json", Assert.Single(refused.Errors).Code);
    }

    [Theory]
    [InlineData(IdRule.Absent, "7", "id-present")]
    [InlineData(IdRule.Required, "null", "required")]
    public void Ids_follow_the_rule_of_the_request(IdRule rule, string id, string code)
    {
        var refused = Assert.Throws<InvalidAnnotationsException>(() => Read($$"""{"tags":[{"id":{{id}},"frame":0,"label_id":1}]}""", rule));
        Assert.Equal(("/tags/0/id", code), (refused.Errors[0].Pointer, refused.Errors[0].Code));
    }

    [Fact]
    public void No_more_than_a_hundred_errors_are_told()
    {
        var body = $$"""{"tags":[{{string.Join(',', Enumerable.Repeat("{}", 500))}}]}""";
        var refused = Assert.Throws<InvalidAnnotationsException>(() => Read(body, IdRule.Ignored));
        Assert.Equal(AnnotationErrors.Most, refused.Errors.Count);
    }

    /// <summary>However a body is cut on its way, the same is read: also in the middle of a number, a name or a letter.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(300)]
    public async Task A_body_may_arrive_in_any_pieces(int piece)
    {
        var shape = """{"type":"polygon","frame":3,"label_id":1,"points":[1.25,2,3,4,5,6],"attributes":[{"spec_id":12,"value":"blå"}]}""";
        var body = $$"""{"version":7,"later":{"x":[1]},"shapes":[{{string.Join(" , ", Enumerable.Repeat(shape, 40))}}],"tags":[],"tracks":[]}""";

        using var pieces = new Pieces(Encoding.UTF8.GetBytes(body), piece);
        var read = await AnnotationJson.ReadAsync(pieces, IdRule.Ignored, TestContext.Current.CancellationToken);

        Assert.Equal((7, 40), (read.Revision, read.Shapes.Count));
        Assert.All(read.Shapes, one => Assert.Equal("blå", one.Attributes[12]));
        Assert.All(read.Shapes, one => Assert.Equal([1.25, 2, 3, 4, 5, 6], one.Points));
    }

    [Fact]
    public void A_batch_of_ops_is_read_whole()
    {
        var batch = OpsJson.Read(Parse(
            """
            {"client_id":"0191f0a2-1111-7000-8000-000000000001","seq":12,"base":41,"ops":[
             {"op":"add","type":"shape","id":5001,"value":{"type":"rectangle"}},
             {"op":"update","type":"track","id":4711,"rev":39,"set":{"label_id":8}},
             {"op":"remove","type":"tag","id":4712,"rev":40}]}
            """));

        Assert.Equal((12, 41), (batch.Sequence, batch.BaseRevision));
        Assert.Equal(
            [(OpKind.Add, AnnotationTable.Shape, 5001L, 0), (OpKind.Update, AnnotationTable.Track, 4711L, 39), (OpKind.Remove, AnnotationTable.Tag, 4712L, 40)],
            batch.Ops.Select(op => (op.Kind, op.Table, op.Id, op.Revision)));
    }

    [Theory]
    [InlineData("""{"seq":1,"base":0,"ops":[]}""", "/client_id")]
    [InlineData("""{"client_id":"0191f0a2-1111-7000-8000-000000000001","seq":0,"base":0,"ops":[]}""", "/seq")]
    [InlineData("""{"client_id":"0191f0a2-1111-7000-8000-000000000001","seq":1,"base":0,"ops":[]}""", "/ops")]
    [InlineData("""{"client_id":"0191f0a2-1111-7000-8000-000000000001","seq":1,"base":0,"ops":[{"op":"move","type":"tag","id":1}]}""", "/ops/0/op")]
    [InlineData("""{"client_id":"0191f0a2-1111-7000-8000-000000000001","seq":1,"base":0,"ops":[{"op":"update","type":"tag","id":1,"set":{}}]}""", "/ops/0/rev")]
    [InlineData("""{"client_id":"0191f0a2-1111-7000-8000-000000000001","seq":1,"base":0,"ops":[{"op":"add","type":"tag","id":0,"value":{}}]}""", "/ops/0/id")]
    [InlineData("""{"client_id":"0191f0a2-1111-7000-8000-000000000001","seq":1,"base":0,"ops":[{"op":"add","type":"tag","id":1}]}""", "/ops/0/value")]
    public void A_batch_that_is_not_one_is_refused_with_its_place(string body, string pointer)
    {
        var refused = Assert.Throws<InvalidAnnotationsException>(() => OpsJson.Read(Parse(body)));
        Assert.Contains(refused.Errors, error => error.Pointer == pointer);
    }

    private static JsonElement Parse(string json) => JsonDocument.Parse(json).RootElement;

    private static string Written(JobAnnotations annotations)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            AnnotationJsonWriter.Write(writer, annotations);
        }

        return Encoding.UTF8.GetString(buffer.ToArray());
    }

    private static JobAnnotations Read(string body, IdRule ids)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(body));
        return AnnotationJson.ReadAsync(stream, ids, CancellationToken.None).GetAwaiter().GetResult();
    }

    /// <summary>Gives its bytes in pieces of one size.</summary>
    private sealed class Pieces(byte[] content, int size) : MemoryStream(content)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(size, buffer.Length)], cancellationToken);
    }
}
