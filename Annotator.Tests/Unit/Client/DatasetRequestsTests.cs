using System.Net;
using Annotator.Client.Datasets;

namespace Annotator.Tests.Unit.Client;

public sealed class DatasetRequestsTests
{
    [Fact]
    public async Task An_export_says_its_choices_in_the_body_and_the_contracts_in_the_query()
    {
        using var server = new ScriptedServer().Answer(HttpStatusCode.Accepted, """{"rq_id":"a"}""").Answer(HttpStatusCode.Accepted, """{"rq_id":"b"}""");

        await server.Client().Datasets.ExportAsync(
            DatasetTarget.Task, 7, new ExportOptions { Format = "COCO 1.0", SaveImages = true, FileName = "a b", Jobs = "completed", Images = new ExportImages(640, "webp", 80) }, Cancel);
        await server.Client().Datasets.ExportSelectionAsync(new ExportOptions { Format = "COCO 1.0", TaskIds = [1, 2] }, Cancel);

        Assert.Equal("/api/tasks/7/dataset/export?format=COCO%201.0&save_images=true&filename=a%20b&location=local", server.Requests[0].Path);
        Assert.Equal(
            """{"jobs":"completed","only_annotated":false,"only_keyframes":false,"images":{"max_size":640,"format":"webp","quality":80},"one_based":false,"official_wider_face":false}""", server.Requests[0].Text);
        Assert.Equal("/api/datasets/export?format=COCO%201.0&save_images=false&location=local", server.Requests[1].Path);
        Assert.Equal("""{"task_ids":[1,2],"only_annotated":false,"only_keyframes":false,"one_based":false,"official_wider_face":false}""", server.Requests[1].Text);
    }

    [Fact]
    public async Task An_uploaded_file_is_looked_at_by_its_servers_name_with_the_labels_as_they_are_written()
    {
        using var server = new ScriptedServer().Answer(HttpStatusCode.Accepted, """{"rq_id":"a"}""");

        var request = await server.Client().Datasets.ImportUploadedAsync(
            DatasetTarget.Job, 7, "0192", new ImportOptions { Mode = "merge", Threshold = 0.75, DryRun = true, LabelMap = new Dictionary<string, string?> { ["Big Car"] = "car", ["x"] = null } }, Cancel);

        Assert.Equal("a", request.RqId);
        Assert.Equal("/api/jobs/7/annotations/?format=auto&import_mode=merge&iou_threshold=0.75&match=automatic&dry_run=true&filename=0192", server.Requests[0].Path);
        Assert.Equal("""{"label_map":{"Big Car":"car","x":null}}""", server.Requests[0].Text);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;
}
