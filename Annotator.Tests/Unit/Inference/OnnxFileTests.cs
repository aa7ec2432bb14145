using System.Text;
using Annotator.Inference;
using Annotator.Inference.Onnx;
using Annotator.Inference.Sessions;

namespace Annotator.Tests.Unit.Inference;

public sealed class OnnxFileTests
{
    [Fact]
    public void A_model_is_described_without_being_loaded()
    {
        var file = Read(Small().Metadata("names", "{0: 'a'}"));

        Assert.Equal(["images Float32 [1, 3, any, any]"], file.Inputs.Select(input => input.ToString()));
        Assert.Equal(["out Float32 [1, 2]"], file.Outputs.Select(output => output.ToString()));
        Assert.Equal(17, file.Opsets[""]);
        Assert.Equal("{0: 'a'}", file.Metadata["names"]);
        Assert.Equal((1, 2, "tests"), (file.Nodes, file.Parameters, file.Producer));
    }

    [Theory]
    [InlineData("")]
    [InlineData("not a model at all, only words")]
    [InlineData("{\"json\": true}")]
    [InlineData("PK\u0003\u0004")]
    public void What_is_no_model_is_refused(string content) => Refused("model-not-onnx", Encoding.UTF8.GetBytes(content));

    [Fact]
    public void A_model_that_is_cut_off_is_refused_wherever_it_ends()
    {
        var whole = Small().ToBytes();

        for (var length = 0; length < whole.Length; length++)
        {
            try
            {
                OnnxFile.Read(new MemoryStream(whole, 0, length), new InferenceLimits());
                Assert.Fail($"{length} of {whole.Length} bytes passed");
            }
            catch (ModelException error)
            {
                Assert.Equal("model-not-onnx", error.Code);
            }
        }
    }

    [Theory]
    [InlineData("../../etc/passwd")]
    [InlineData("/etc/passwd")]
    [InlineData("weights.bin")]
    [InlineData("C:\\weights.bin")]
    public void Numbers_in_another_file_are_refused_by_its_name(string location) =>
        Assert.Contains(location, Refused("model-external-data", Small().External("w", location).ToBytes()).Message);

    [Fact]
    public void A_model_may_have_its_weights_in_a_file_beside_it_and_only_there()
    {
        var folder = Directory.CreateTempSubdirectory("onnx");
        try
        {
            var (model, data) = (Path.Join(folder.FullName, "model.onnx"), Path.Join(folder.FullName, "model.onnx.data"));
            File.WriteAllBytes(model, new OnnxGraph().Input("images", ElementType.Float32, 1, 3, 8, 8)
                .External("w", "model.onnx.data", offset: 8, length: 8, 2).Node("Identity", ["w"], ["out"]).Output("out", ElementType.Float32, 2).ToBytes());
            Assert.Contains("model.onnx.data; add that file", Assert.Throws<ModelException>(() => OnnxFile.Read(model, new InferenceLimits())).Message);

            File.WriteAllBytes(data, new byte[12]);
            Assert.Contains("must have 16", Assert.Throws<ModelException>(() => OnnxFile.Read(model, new InferenceLimits())).Message);

            File.WriteAllBytes(data, [.. new byte[8], .. BitConverter.GetBytes(3f), .. BitConverter.GetBytes(4f)]);
            Assert.Equal("model-too-large", Assert.Throws<ModelException>(() => OnnxFile.Read(model, new InferenceLimits { MaxModelBytes = new FileInfo(model).Length + 15 })).Code);
            using (var session = OnnxSession.Open(model, new SessionSettings { Threads = 1 }, new InferenceLimits()))
            {
                Assert.Equal([3f, 4f], session.Run([new ModelFeed("images", [1, 3, 8, 8], new float[192])], TestContext.Current.CancellationToken)["out"].Data);
            }

            File.Move(data, Path.Join(folder.FullName, "elsewhere"));
            File.CreateSymbolicLink(data, Path.Join(folder.FullName, "elsewhere"));
            Assert.Equal("model-external-data", Assert.Throws<ModelException>(() => OnnxFile.Read(model, new InferenceLimits())).Code);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void Operators_that_are_not_standard_are_refused_by_name() =>
        Assert.Contains("Evil", Refused("model-custom-operator", Small().Opset("my.domain", 1).Node("Evil", "my.domain", ["images"], ["x"]).ToBytes()).Message);

    [Fact]
    public void Graphs_that_are_nested_too_deep_are_refused()
    {
        var inner = new OnnxGraph().Node("Identity", ["images"], ["y"]);
        for (var depth = 0; depth < 20; depth++)
        {
            inner = new OnnxGraph().Node("If", ["c"], ["y"], OnnxGraph.Graph("then_branch", inner));
        }

        Refused("model-too-deep", Small().Node("If", ["c"], ["z"], OnnxGraph.Graph("then_branch", inner)).ToBytes());
    }

    [Theory]
    [InlineData(1L << 40, 1L)]
    [InlineData(long.MaxValue, 16L)]
    [InlineData(-1L, 2L)]
    public void A_constant_that_asks_for_more_memory_than_there_is_is_refused(long height, long width) =>
        Refused("model-huge-constant", Small().Longs("shape", [height, width], 2).Node("ConstantOfShape", ["shape"], ["huge"]).ToBytes());

    [Fact]
    public void A_tensor_that_lies_about_its_size_is_refused() => Refused("model-huge-constant", Small().Floats("w", [1], 1L << 33).ToBytes());

    [Fact]
    public void Too_many_bytes_or_nodes_or_values_are_refused()
    {
        var bytes = Small().ToBytes();
        Refused("model-too-large", bytes, new InferenceLimits { MaxModelBytes = bytes.Length - 1 });
        Refused("model-too-many-nodes", Small().Node("Identity", ["images"], ["x"]).ToBytes(), new InferenceLimits { MaxNodes = 1 });
        Refused("model-too-many-values", bytes, new InferenceLimits { MaxValues = 1 });
    }

    [Fact]
    public void Changed_bytes_are_read_or_refused_but_nothing_else_happens()
    {
        var whole = Small().Metadata("task", "detect").Longs("shape", [1, 2, 3], 3).ToBytes();
        var random = new Random(5);
        for (var round = 0; round < 3000; round++)
        {
            var changed = whole.ToArray();
            for (var i = 0; i < 1 + (round % 4); i++)
            {
                changed[random.Next(changed.Length)] = (byte)random.Next(256);
            }

            try
            {
                OnnxFile.Read(new MemoryStream(changed), new InferenceLimits());
            }
            catch (ModelException error)
            {
                Assert.StartsWith("model-", error.Code);
            }
        }
    }

    private static OnnxGraph Small() => new OnnxGraph().Input("images", ElementType.Float32, 1, 3, -1, -1).Constant("out", [1f, 2f], 1, 2);

    private static OnnxFile Read(OnnxGraph graph) => OnnxFile.Read(new MemoryStream(graph.ToBytes()), new InferenceLimits());

    private static ModelException Refused(string code, byte[] bytes, InferenceLimits? limits = null)
    {
        var error = Assert.Throws<ModelException>(() => OnnxFile.Read(new MemoryStream(bytes), limits ?? new InferenceLimits()));
        Assert.Equal(code, error.Code);
        return error;
    }
}
