using System.IO.Compression;
using System.Text.Json;
using Annotator.Cli;
using static Annotator.Tests.Cli.CommandLine;

namespace Annotator.Tests.Cli;

public sealed class DatasetCommandTests : IDisposable
{
    private static readonly string _coco = Fixture("coco/instances");
    private static readonly string _yolo = Fixture("yolo_darknet/yolo");

    private readonly CommandLine _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public async Task Inspect_tells_format_images_labels_annotations_and_issues()
    {
        var json = await JsonAsync("dataset", "inspect", _coco);

        Assert.Equal(["format", "images", "labels", "annotations", "issues"], json.EnumerateObject().Select(property => property.Name));
        Assert.Equal(("COCO 1.0", 2), (json.GetProperty("format").GetString(), json.GetProperty("images").GetInt32()));
        Assert.Equal(["a", "b", "c"], json.GetProperty("labels").EnumerateArray().Select(label => label.GetString()));
        Assert.Equal("{\"mask\":1,\"polygon\":1,\"rectangle\":1}", Compact(json.GetProperty("annotations")));
        Assert.Equal(0, json.GetProperty("issues").GetArrayLength());
    }

    [Fact]
    public async Task Inspect_names_what_cannot_be_read_with_its_place()
    {
        await File.WriteAllTextAsync(_files.File("a.json"), "{\"images\": [{\"id\": 1, \"file_name\": \"a.jpg\", \"width\": 9, \"height\": 9}, {\"height\": 3}], \"annotations\": [], \"categories\": []}", TestContext.Current.CancellationToken);

        var json = await JsonAsync("dataset", "inspect", _files.File("a.json"));

        var issue = Assert.Single(json.GetProperty("issues").EnumerateArray());
        Assert.Equal(("loss", "image-invalid", 1, "a.json"), (issue.GetProperty("kind").GetString(), issue.GetProperty("code").GetString(), issue.GetProperty("count").GetInt32(), issue.GetProperty("places")[0].GetString()));
    }

    [Fact]
    public async Task Labels_that_only_objects_have_are_declared_so_that_a_conversion_keeps_them()
    {
        await File.WriteAllTextAsync(_files.File("a.xml"), "<annotations><version>1.1</version><image id='0' name='a.jpg' width='64' height='48'><box label='car' xtl='1' ytl='2' xbr='11' ybr='14' occluded='0'/></image></annotations>", TestContext.Current.CancellationToken);

        var json = await JsonAsync("dataset", "inspect", _files.File("a.xml"));
        var (code, text, _) = await RunAsync("dataset", "convert", _files.File("a.xml"), _files.File("out.zip"), "--to", "coco");

        Assert.Equal("[\"car\"]", Compact(json.GetProperty("labels")));
        Assert.Equal("{\"rectangle\":1}", Compact(json.GetProperty("annotations")));
        Assert.Equal(0, code);
        Assert.DoesNotContain("loss", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_of_another_tool_is_refused_by_its_name()
    {
        await File.WriteAllTextAsync(_files.File("via.json"), "{\"_via_settings\": {}, \"_via_img_metadata\": {}}", TestContext.Current.CancellationToken);

        var (code, _, error) = await RunAsync("dataset", "inspect", _files.File("via.json"));

        Assert.Equal(ExitCodes.Failed, code);
        Assert.Contains("VGG Image Annotator (VIA)", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("COCO 1.0")]
    [InlineData("coco")]
    [InlineData("cvat for images")]
    [InlineData("Ultralytics YOLO Detection 1.0")]
    public async Task Convert_writes_a_zip_that_differs_in_nothing_and_carries_the_images(string format)
    {
        var output = _files.File("out.zip");

        var (code, text, error) = await RunAsync("dataset", "convert", _yolo, output, "--to", format, "--save-images");
        var diff = await RunAsync("dataset", "diff", _yolo, output);

        Assert.Equal((ExitCodes.Done, ""), (code, error));
        Assert.Contains("1 images, rectangle 2", text, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Done, diff.Code);
        await using var zip = await ZipFile.OpenReadAsync(output, TestContext.Current.CancellationToken);
        Assert.Single(zip.Entries, entry => entry.Name == "1.jpg");
    }

    [Fact]
    public async Task Convert_writes_a_folder_and_never_over_what_is_there_unasked()
    {
        var output = _files.File("a/out");
        var first = await RunAsync("dataset", "convert", _yolo, output, "--to", "YOLO 1.1", "--save-images");
        var again = await RunAsync("dataset", "convert", _yolo, output, "--to", "YOLO 1.1");
        var forced = await RunAsync("dataset", "convert", _yolo, output, "--to", "YOLO 1.1", "--save-images", "--force");

        Assert.Equal((ExitCodes.Done, ExitCodes.Failed, ExitCodes.Done), (first.Code, again.Code, forced.Code));
        Assert.Contains("--force", again.Error, StringComparison.Ordinal);
        Assert.Equal(
            await File.ReadAllBytesAsync(Path.Combine(_yolo, "obj_train_data", "1.jpg"), TestContext.Current.CancellationToken),
            await File.ReadAllBytesAsync(Path.Combine(output, "obj_train_data", "1.jpg"), TestContext.Current.CancellationToken));
        Assert.Equal(["out"], Directory.GetFileSystemEntries(_files.File("a")).Select(Path.GetFileName));
    }

    [Fact]
    public async Task A_conversion_that_fails_leaves_nothing_behind()
    {
        var (code, _, error) = await RunAsync("dataset", "filter", _coco, _files.File("out.zip"), "--where", "lable == 'a'");

        Assert.Equal(ExitCodes.BadUsage, code);
        Assert.StartsWith("annotator: Filter, character 1: there is no \"lable\"", error, StringComparison.Ordinal);
        Assert.Single(error.TrimEnd().Split('\n'));
        Assert.Empty(Directory.GetFileSystemEntries(_files.File("")));
    }

    [Fact]
    public async Task Rows_without_images_need_a_size_and_take_one()
    {
        var input = Fixture("spec_examples/yolo.zip");

        var without = await JsonAsync("dataset", "convert", input, _files.File("a.zip"), "--to", "coco");
        var given = await JsonAsync("dataset", "convert", input, _files.File("b.zip"), "--to", "coco", "--image-size", "100x50");
        var json = await JsonAsync("dataset", "stats", _files.File("b.zip"));

        Assert.Contains(without.GetProperty("inputs")[0].GetProperty("issues").EnumerateArray(), issue => issue.GetProperty("code").GetString() == "size-unknown");
        Assert.Equal(2, given.GetProperty("annotations").GetProperty("rectangle").GetInt32());
        Assert.Equal(("100", "50"), (json.GetProperty("image_sizes")[0].GetProperty("width").ToString(), json.GetProperty("image_sizes")[0].GetProperty("height").ToString()));
    }

    [Fact]
    public async Task Merge_joins_datasets_of_different_formats()
    {
        var json = await JsonAsync("dataset", "merge", _yolo, _coco, "--out", _files.File("out.zip"), "--to", "datumaro", "--map", "label_2=a");
        var merged = await JsonAsync("dataset", "stats", _files.File("out.zip"));
        var common = await JsonAsync("dataset", "merge", _yolo, _coco, "-o", _files.File("common.zip"), "--to", "coco", "--map", "label_2=a", "--labels", "intersect");
        var mapped = await JsonAsync("dataset", "merge", _yolo, _coco, "-o", _files.File("mapped.zip"), "--to", "coco", "--map", "label_4=x", "--map", "b=x", "--labels", "map");

        Assert.Equal(2, json.GetProperty("inputs").GetArrayLength());
        Assert.Equal((3, 5), (merged.GetProperty("images").GetInt32(), merged.GetProperty("annotations").GetInt32()));
        Assert.Equal(2, common.GetProperty("annotations").EnumerateObject().Sum(kind => kind.Value.GetInt32()));
        Assert.Equal(3, mapped.GetProperty("annotations").EnumerateObject().Sum(kind => kind.Value.GetInt32()));
    }

    [Theory]
    [InlineData("label == \"b\"", 2, 2)]
    [InlineData("kind == \"mask\" or area > 12", 2, 1)]
    [InlineData("subset == \"val\"", 1, 2)]
    public async Task Filter_keeps_what_an_expression_holds_for(string where, int images, int annotations)
    {
        var json = await JsonAsync("dataset", "filter", _coco, _files.File("out.zip"), "--where", where);

        Assert.Equal("COCO 1.0", json.GetProperty("format").GetString());
        Assert.Equal((images, annotations), (json.GetProperty("images").GetInt32(), json.GetProperty("annotations").EnumerateObject().Sum(kind => kind.Value.GetInt32())));
    }

    [Fact]
    public async Task Split_puts_images_into_the_subsets_asked_for()
    {
        await RunAsync("dataset", "convert", Fixture("cvat_golden/dm_tests/video_MOT_1.1/CVAT_for_images_1.1.zip"), _files.File("in.zip"), "--to", "coco");

        await JsonAsync("dataset", "split", _files.File("in.zip"), _files.File("out.zip"), "--ratios", "train=0.6,val=0.4", "--seed", "3", "--stratified");
        var json = await JsonAsync("dataset", "stats", _files.File("out.zip"));

        var images = json.GetProperty("images").GetInt32();
        Assert.True(images > 4);
        Assert.Equal(images, json.GetProperty("subsets").GetProperty("train").GetInt32() + json.GetProperty("subsets").GetProperty("val").GetInt32());
        Assert.Equal((int)Math.Round(images * 0.6), json.GetProperty("subsets").GetProperty("train").GetInt32());
    }

    [Fact]
    public async Task Transform_makes_its_changes_one_after_the_other()
    {
        var json = await JsonAsync(
            "dataset", "transform", _coco, _files.File("out.zip"), "--remap", "a=vehicle", "--remap", "c=", "--masks-to-polygons", "--boxes-to-polygons", "--resize", "200%", "--rename", "{subset}/{index:3}{ext}");
        var stats = await JsonAsync("dataset", "inspect", _files.File("out.zip"));
        var nothing = await RunAsync("dataset", "transform", _coco, _files.File("none.zip"));

        Assert.Equal(["polygon"], json.GetProperty("annotations").EnumerateObject().Select(kind => kind.Name));
        Assert.Equal(["vehicle", "b"], stats.GetProperty("labels").EnumerateArray().Select(label => label.GetString()));
        Assert.Equal(ExitCodes.BadUsage, nothing.Code);
    }

    [Fact]
    public async Task Images_are_resized_with_their_annotations_and_one_that_cannot_be_is_named()
    {
        Directory.CreateDirectory(_files.File("in/obj_train_data"));
        foreach (var file in Directory.GetFiles(_yolo, "*", SearchOption.AllDirectories))
        {
            File.Copy(file, _files.File("in/" + Path.GetRelativePath(_yolo, file)));
        }

        // A header that is whole, and nothing behind it.
        var broken = await File.ReadAllBytesAsync(Path.Combine(_yolo, "obj_train_data", "1.jpg"), TestContext.Current.CancellationToken);
        await File.WriteAllBytesAsync(_files.File("in/obj_train_data/broken.jpg"), broken[..(broken.Length - 100)], TestContext.Current.CancellationToken);

        var json = await JsonAsync("dataset", "transform", _files.File("in"), _files.File("out"), "--resize", "300x100", "--save-images");
        var stats = await JsonAsync("dataset", "stats", _files.File("out"));

        // Without sizes of its own the format reads them out of the images.
        var sizes = stats.GetProperty("image_sizes").EnumerateArray().Select(size => $"{size.GetProperty("width")}x{size.GetProperty("height")} {size.GetProperty("count")}");
        Assert.Equal(["15x10 1", "300x100 1"], sizes.Order(StringComparer.Ordinal));
        var issue = Assert.Single(json.GetProperty("issues").EnumerateArray(), issue => issue.GetProperty("code").GetString() == "image-unreadable");
        Assert.StartsWith("broken.jpg", issue.GetProperty("places")[0].GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stats_writes_a_page_that_needs_nothing_else_and_escapes_names()
    {
        await File.WriteAllTextAsync(_files.File("a.json"), "{\"images\": [{\"id\": 1, \"file_name\": \"a.jpg\", \"width\": 9, \"height\": 9}], \"annotations\": [{\"id\": 1, \"image_id\": 1, \"category_id\": 1, \"bbox\": [1, 1, 5, 5]}], \"categories\": [{\"id\": 1, \"name\": \"<script>alert(1)</script>\"}]}", TestContext.Current.CancellationToken);

        var (code, text, _) = await RunAsync("dataset", "stats", _files.File("a.json"), "--html", _files.File("page.html"));

        var page = await File.ReadAllTextAsync(_files.File("page.html"), TestContext.Current.CancellationToken);
        Assert.Equal(ExitCodes.Done, code);
        Assert.Contains("1 images", text, StringComparison.Ordinal);
        Assert.Contains("<svg", page, StringComparison.Ordinal);
        Assert.Contains("prefers-color-scheme: dark", page, StringComparison.Ordinal);
        Assert.Contains("&lt;script&gt;", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", page, StringComparison.Ordinal);
        Assert.DoesNotContain("http", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Validate_ends_with_one_when_it_finds_errors()
    {
        var good = await RunAsync("dataset", "validate", _yolo, "--imbalance", "1000");
        await File.WriteAllTextAsync(_files.File("a.json"), "{\"images\": [{\"id\": 1, \"file_name\": \"a.jpg\", \"width\": 9, \"height\": 9}], \"annotations\": [{\"id\": 1, \"image_id\": 1, \"category_id\": 1, \"bbox\": [100, 1, 5, 5]}], \"categories\": [{\"id\": 1, \"name\": \"x\"}]}", TestContext.Current.CancellationToken);
        var bad = await RunAsync("dataset", "validate", _files.File("a.json"), "--json");

        Assert.Equal((ExitCodes.Done, ExitCodes.Failed), (good.Code, bad.Code));
        var json = JsonDocument.Parse(bad.Output).RootElement;
        Assert.False(json.GetProperty("valid").GetBoolean());
        Assert.Equal(("error", "outside-image"), (json.GetProperty("findings")[0].GetProperty("severity").GetString(), json.GetProperty("findings")[0].GetProperty("code").GetString()));
    }

    [Fact]
    public async Task Diff_ends_with_one_when_datasets_differ_and_says_in_what()
    {
        await RunAsync("dataset", "filter", _coco, _files.File("less.zip"), "--where", "label != 'a'");

        var (code, output, _) = await RunAsync("dataset", "diff", _coco, _files.File("less.zip"), "--json");

        var json = JsonDocument.Parse(output).RootElement;
        Assert.Equal(ExitCodes.Failed, code);
        Assert.False(json.GetProperty("same").GetBoolean());
        Assert.Equal("{\"label\":\"a\",\"same\":0,\"changed\":0,\"only_first\":1,\"only_second\":0}", Compact(json.GetProperty("annotations")[0]));
    }

    [Theory]
    [InlineData("dataset inspect nothing-there", ExitCodes.NotFound, "nothing-there")]
    [InlineData("dataset inspect", ExitCodes.BadUsage, "'PATH'")]
    [InlineData("dataset inspct x", ExitCodes.BadUsage, "inspct")]
    [InlineData("dataset convert a b", ExitCodes.BadUsage, "--to")]
    [InlineData("dataset convert nothing-there b --to coco", ExitCodes.NotFound, "nothing-there")]
    [InlineData("dataset merge one --out b", ExitCodes.BadUsage, "merge")]
    [InlineData("", ExitCodes.BadUsage, "annotator")]
    public async Task A_mistake_is_one_line_that_names_it_and_a_code(string args, int code, string words)
    {
        var (actual, output, error) = await RunAsync(args.Split(' ', StringSplitOptions.RemoveEmptyEntries));

        Assert.Equal((code, ""), (actual, output));
        Assert.Contains(words, error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("yolo ultra", "No format \"yolo ultra\" can be written")]
    [InlineData("cvat", "\"cvat\" may be any of: CVAT for images 1.1, CVAT for video 1.1")]
    public async Task A_format_that_is_none_or_several_is_refused_with_those_that_there_are(string format, string words)
    {
        var (code, _, error) = await RunAsync("dataset", "convert", _yolo, _files.File("x.zip"), "--to", format);

        Assert.Equal(ExitCodes.BadUsage, code);
        Assert.Contains(words, error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Something_unknown_is_refused_with_the_formats_that_there_are()
    {
        await File.WriteAllTextAsync(_files.File("a.bin"), "something", TestContext.Current.CancellationToken);

        var (code, _, error) = await RunAsync("dataset", "inspect", _files.File("a.bin"));

        Assert.Equal(ExitCodes.Failed, code);
        Assert.Contains("--from", error, StringComparison.Ordinal);
        Assert.Contains("COCO 1.0", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stopped_command_ends_with_its_own_code_and_leaves_nothing_behind()
    {
        using var stopped = new CancellationTokenSource();
        await stopped.CancelAsync();
        using var output = new StringWriter();
        var host = new CommandHost { Output = output, Error = TextWriter.Null, Input = TextReader.Null, Environment = _ => null, Connect = _ => new HttpClient() };

        var code = await AnnotatorCommand.RunAsync(["dataset", "convert", _yolo, _files.File("x.zip"), "--to", "coco"], host, stopped.Token);

        Assert.Equal((ExitCodes.Cancelled, ""), (code, output.ToString()));
        Assert.Empty(Directory.GetFileSystemEntries(_files.File("")));
    }

    [Theory]
    [InlineData("bash", "complete -o default")]
    [InlineData("zsh", "compdef")]
    [InlineData("fish", "complete --command annotator")]
    [InlineData("pwsh", "Register-ArgumentCompleter")]
    public async Task Shells_are_given_a_script_and_the_script_what_it_asks_for(string shell, string words)
    {
        var script = await RunAsync("completion", shell);
        var commands = await RunAsync("[suggest:19]", "annotator dataset c");
        var formats = await RunAsync("[suggest:35]", "annotator dataset convert a b --to ");

        Assert.Contains(words, script.Output, StringComparison.Ordinal);
        Assert.Contains("convert", commands.Output.Split(Environment.NewLine));
        Assert.Contains("CVAT for images 1.1", formats.Output.Split(Environment.NewLine));
    }

    [Fact]
    public async Task Formats_are_listed_with_what_can_be_done_with_them()
    {
        var json = await JsonAsync("dataset", "formats");

        var coco = Assert.Single(json.EnumerateArray(), format => format.GetProperty("name").GetString() == "COCO 1.0");
        Assert.True(coco.GetProperty("read").GetBoolean() && coco.GetProperty("write").GetBoolean());
    }

    private static string Compact(JsonElement element) => JsonSerializer.Serialize(element);
}
