using System.Text.Json;
using Annotator.Client.Datasets;
using Annotator.Client.Operations;
using Annotator.Client.Tasks;
using Annotator.Web.Datasets;
using Annotator.Web.Requests;

namespace Annotator.Tests.Unit.Datasets;

/// <summary>What the dialogs of exports and imports suggest and send.</summary>
public sealed class DialogChoicesTests
{
    [Theory]
    [InlineData("{{file_name}}", "street", 3, "street")]
    [InlineData("{{index}} of {{file_name}} {{index}}", "street", 3, "3 of street 3")]
    [InlineData("  ", "street", 1, "street")]
    [InlineData("{{other}}", "street", 1, "{{other}}")]
    public void Names_of_many_tasks_are_made_by_their_template(string template, string file, int index, string expected) =>
        Assert.Equal(expected, TaskNameTemplate.Apply(template, file, index));

    [Fact]
    public void A_name_that_is_too_long_is_cut() => Assert.Equal(256, TaskNameTemplate.Apply(new string('x', 400), "a", 1).Length);

    [Fact]
    public void A_label_becomes_the_one_of_its_name_then_what_it_became_before_then_the_one_alike_then_a_new_one()
    {
        var report = Report(mayCreate: true);
        var choices = new Dictionary<string, string> { ["decided"] = "-" };

        ImportLabelTable.AddDefaults(report, choices);

        Assert.Equal(["=car", "-", "=person", "=person", "+", "-"], report.Labels.Select(label => choices[label.Name]));
        Assert.Equal(
            [("lorry", null), ("human", "person"), ("Person", "person"), ("decided", null)],
            ImportLabelTable.MapOf(report, choices).Select(pair => (pair.Key, pair.Value)));
    }

    [Fact]
    public void Who_may_add_no_labels_has_to_choose()
    {
        var choices = new Dictionary<string, string>();

        ImportLabelTable.AddDefaults(Report(mayCreate: false), choices);

        Assert.Equal(ImportLabelTable.Open, choices["tree"]);
    }

    [Fact]
    public void A_report_is_read_back_as_the_server_writes_it()
    {
        var written = JsonDocument.Parse("""
            {"format":"COCO 1.0","lines":[],"import":{"dry_run":true,"file_name":"a.zip","upload_id":"0192","recognised":true,"mode":"merge","threshold":0.5,"matching":"automatic",
            "frames":{"in_file":3,"matched":2,"unmatched":1,"ambiguous":0,"by":{"name":2},"unmatched_names":["x.jpg"]},"labels":[{"name":"car","objects":4,"target":"car","state":"matched","type":"any","color":"#0072b2"}],
            "known_labels":["car"],"may_create_labels":true,"remembered":{"a":null},"added":{"rectangle":4},"removed":0,"kept":1,"formats":[{"name":"COCO 1.0","match":"certain"}]}}
            """).RootElement;

        var report = ImportReport.Of(written)!;

        Assert.Equal(("a.zip", "0192", "merge", 0.5), (report.FileName, report.UploadId, report.Mode, report.Threshold));
        Assert.Equal((3L, 2L, 1L, "x.jpg"), (report.Frames!.InFile, report.Frames.Matched, report.Frames.Unmatched, report.Frames.UnmatchedNames[0]));
        Assert.Equal((4L, "matched"), (report.Labels[0].Objects, report.Labels[0].State));
        Assert.Null(ImportReport.Of(JsonDocument.Parse("{}").RootElement));
    }

    [Fact]
    public void A_look_at_an_import_leads_back_to_where_it_is_decided()
    {
        var looked = new BackgroundRequest { Id = "a&b", Operation = new RequestOperation { Type = "import:annotations", Target = "task", TaskId = 7, DryRun = true } };

        Assert.Equal("/tasks/7?tab=annotations&check=a%26b", RequestWords.ReviewHref(looked));
        Assert.Null(RequestWords.ReviewHref(looked with { Operation = looked.Operation with { DryRun = false } }));
        Assert.NotEqual(RequestWords.What(looked.Operation), RequestWords.What(looked.Operation with { DryRun = false }));
    }

    [Fact]
    public void An_export_sends_only_what_was_chosen()
    {
        var plain = new ExportModel { Format = "YOLO 1.1" }.ToOptions();
        var chosen = new ExportModel { Format = "COCO 1.0", Images = ExportModel.Remade, MaxSize = 640, Jobs = "accepted", MasksAsCrowd = false };
        chosen.Labels.Add("car");

        Assert.Equal((false, null, null, null, null), (plain.SaveImages, plain.Images, plain.Jobs, plain.Labels, plain.MasksAsCrowd));
        Assert.Equal((true, new ExportImages(640, "jpeg", 85), "accepted", false), (chosen.ToOptions().SaveImages, chosen.ToOptions().Images, chosen.ToOptions().Jobs, chosen.ToOptions().MasksAsCrowd));
        Assert.True(new ExportModel { Format = "WiderFace 1.0", OfficialWiderFace = true }.ToOptions().OfficialWiderFace);
        Assert.False(new ExportModel { Format = "COCO 1.0", OfficialWiderFace = true }.ToOptions().OfficialWiderFace);
        Assert.Equal(["car"], chosen.ToOptions().Labels);
    }

    private static ImportReport Report(bool mayCreate) => new()
    {
        Labels = [Label("car"), Label("lorry"), Label("human"), Label("Person"), Label("tree"), Label("decided")],
        KnownLabels = ["car", "person"],
        MayCreateLabels = mayCreate,
        Remembered = new Dictionary<string, string?> { ["lorry"] = null, ["human"] = "person", ["tree"] = "gone" },
    };

    private static ImportedLabel Label(string name) => new(name, 1, null, "missing", "any", "");
}
