using System.Text;
using Annotator.Core.Annotations;
using Annotator.Core.Datasets;
using Annotator.Core.Media;
using Annotator.Core.Operations;
using Annotator.Core.Projects;
using Annotator.Core.Tasks;
using Annotator.Formats.Model;
using Microsoft.EntityFrameworkCore;
using FormatFiles = Annotator.Tests.Formats.DatasetFiles;

namespace Annotator.Tests.Api.Datasets;

/// <summary>Exports and imports as operations, through the Worker, the store and the files.</summary>
public sealed class DatasetOperationsTests(DatasetBench bench) : IClassFixture<DatasetBench>
{
    private const string Cvat = "CVAT for images 1.1";
    private const string Coco = "COCO 1.0";
    private const string Video = "CVAT for video 1.1";

    [Fact]
    public async Task The_sample_project_has_labels_of_all_attribute_kinds_and_annotations_on_every_photo_and_is_made_once()
    {
        var made = await bench.RunAsync("create:sample", "project", null, null, new { });
        Assert.True(made.State == OperationState.Finished, made.Message);
        var again = await bench.RunAgainAsync(made);

        Assert.Equal(made.ResultId, again.ResultId);
        await using var db = bench.Database.CreateContext();
        Assert.Equal(1, await db.Projects.CountAsync(project => project.Id == made.ResultId, TestContext.Current.CancellationToken));
        var inputs = await db.LabelAttributes.Where(attribute => attribute.Label.ProjectId == made.ResultId).Select(attribute => attribute.InputType).Distinct().ToListAsync(TestContext.Current.CancellationToken);
        Assert.Equal(Enum.GetValues<AttributeInputType>().Order(), inputs.Order());
        var task = await bench.TaskOfAsync(made.ResultId!.Value);
        var annotations = await bench.AnnotationsAsync(task.Jobs[0].Id);
        Assert.All(task.Jobs, job => Assert.Equal(bench.Ann.Id, job.AssigneeId));
        Assert.Equal(5, task.Data!.Size);
        Assert.Equal(Enumerable.Range(0, 5), annotations.Shapes.Select(shape => shape.Frame).Distinct().Order());
        Assert.Equal(5, annotations.Tags.Count);
        Assert.Equal(5, annotations.Shapes.Single(shape => shape.Kind == ShapeKind.Skeleton).Elements.Count);
        Assert.DoesNotContain("\"loss\"", made.Report!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_project_that_was_exported_with_images_is_the_same_in_another_project()
    {
        var sample = await bench.RunAsync("create:sample", "project", null, null, new { });
        var (operation, content) = await bench.ExportAsync("project", sample.ResultId!.Value, Cvat, images: true);
        var other = await bench.Given.ProjectAsync(bench.Ann);

        var import = await bench.ImportAsync("project", other.Id, "CVAT 1.1", content);

        Assert.True(import.State == OperationState.Finished, import.Message);
        Assert.Matches("^project_[0-9]+_dataset_[0-9_]{19}_cvat for images 1.1.zip$", operation.ResultName!);
        Assert.NotNull(operation.ExpiryDate);
        var (_, copy) = await bench.ExportAsync("project", other.Id, Cvat, images: true);
        var (before, after) = (await FormatFiles.ReadAsync("CVAT 1.1", content), await FormatFiles.ReadAsync("CVAT 1.1", copy));
        Assert.Equal(FormatFiles.Counts(before.Items), FormatFiles.Counts(after.Items));
        Assert.Equal(before.Items.Select(item => item.Name), after.Items.Select(item => item.Name));
        Assert.Equal(
            before.Items.SelectMany(item => item.Shapes).Select(shape => string.Join(' ', shape.Points)),
            after.Items.SelectMany(item => item.Shapes).Select(shape => string.Join(' ', shape.Points)));
        Assert.Equal(before.Info.Labels.Select(label => label.Name).Order(StringComparer.Ordinal), after.Info.Labels.Select(label => label.Name).Order(StringComparer.Ordinal));
        await using var db = bench.Database.CreateContext();
        Assert.False(await db.Uploads.AnyAsync(upload => upload.Purpose == UploadPurpose.ProjectDataset && upload.TargetId == other.Id, TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("task", Coco, Coco)]
    [InlineData("task", Cvat, "CVAT 1.1")]
    [InlineData("job", Coco, Coco)]
    public async Task Annotations_that_are_replaced_by_their_own_export_stay_and_appended_ones_come_on_top(string target, string export, string import)
    {
        var task = await TaskAsync();
        var id = target == "task" ? task.Id : task.Jobs[0].Id;
        await AddAsync(task, task.Jobs[0].Id, Box(0, 10), Box(1, 20), Box(1, 60));
        var (_, content) = await bench.ExportAsync(target, id, export, images: false);

        var replaced = await bench.ImportAsync(target, id, import, content);
        Assert.True(replaced.State == OperationState.Finished, replaced.Message);
        var again = await bench.RunAgainAsync(replaced);
        Assert.Equal(OperationState.Finished, again.State);
        var after = await bench.AnnotationsAsync(task.Jobs[0].Id);
        Assert.Equal([(0, 10d), (1, 20), (1, 60)], after.Shapes.Select(shape => (shape.Frame, shape.Points[0])));

        await bench.ImportAsync(target, id, import, content, choose: asked => asked with { Mode = ImportMode.Append });
        Assert.Equal(6, (await bench.AnnotationsAsync(task.Jobs[0].Id)).Shapes.Count);
    }

    [Fact]
    public async Task What_two_people_drew_on_shared_frames_leaves_once_and_deleted_frames_do_not_leave()
    {
        var task = await TaskAsync(overlap: true);
        await AddAsync(task, task.Jobs[0].Id, Box(2, 10), Box(3, 10), Box(0, 10));
        await AddAsync(task, task.Jobs[1].Id, Box(2, 12), Box(3, 300), Box(4, 10), Box(5, 10));
        await using (var db = bench.Database.CreateContext())
        {
            await db.TaskData.Where(data => data.TaskId == task.Id).ExecuteUpdateAsync(
                row => row.SetProperty(data => data.DeletedFrames, new[] { 5 }), TestContext.Current.CancellationToken);
        }

        var (_, content) = await bench.ExportAsync("task", task.Id, Cvat, images: false);

        var (_, items, _) = await FormatFiles.ReadAsync("CVAT 1.1", content);
        Assert.Equal([0, 1, 2, 3, 4], items.Select(item => item.Frame!.Value));
        Assert.Equal(["10", "", "10", "10 300", "10"], items.Select(item => string.Join(' ', item.Shapes.Select(shape => shape.Points[0]))));
    }

    [Fact]
    public async Task A_track_leaves_as_shapes_and_comes_back_as_a_track()
    {
        var task = await TaskAsync();
        var label = await LabelAsync(task);
        var track = new Track
        {
            LabelId = label,
            Frame = 1,
            Keyframes = [Key(1, 0), Key(3, 20), Key(4, 30) with { Outside = true }],
        };
        await bench.StoreAsync(store => store.CreateAsync(task.Jobs[0].Id, bench.Ann.Id, new JobAnnotations(0, [], [], [track]), null, TestContext.Current.CancellationToken));
        var (_, content) = await bench.ExportAsync("task", task.Id, Coco, images: false);

        var import = await bench.ImportAsync("task", task.Id, Coco, content);

        Assert.True(import.State == OperationState.Finished, import.Message);
        var back = Assert.Single((await bench.AnnotationsAsync(task.Jobs[0].Id)).Tracks);
        Assert.Equal([(1, 0d, false), (3, 20, false), (4, 20, true)], back.Keyframes.Select(key => (key.Frame, key.Points[0], key.Outside)));
    }

    [Theory]
    [InlineData("YOLO 1.1")]
    [InlineData("Ultralytics YOLO Detection 1.0")]
    [InlineData("Ultralytics YOLO Oriented Bounding Boxes 1.0")]
    public async Task Rows_in_fractions_of_the_image_take_its_size_from_the_task(string format)
    {
        var task = await TaskAsync();
        await AddAsync(task, task.Jobs[0].Id, Box(0, 10), Box(2, 60));
        var before = (await bench.AnnotationsAsync(task.Jobs[0].Id)).Shapes;
        var (_, content) = await bench.ExportAsync("task", task.Id, format, images: false);

        var import = await bench.ImportAsync("task", task.Id, format, content);

        Assert.True(import.State == OperationState.Finished, import.Message);
        var after = (await bench.AnnotationsAsync(task.Jobs[0].Id)).Shapes;
        Assert.Equal(
            before.Select(shape => (shape.Frame, shape.LabelId, string.Join(' ', shape.Points.Select(number => Math.Round(number, 2))))),
            after.Select(shape => (shape.Frame, shape.LabelId, string.Join(' ', shape.Points.Select(number => Math.Round(number, 2))))));
    }

    [Fact]
    public async Task A_track_leaves_and_comes_back_whole_in_the_video_form()
    {
        var task = await TaskAsync();
        var label = await LabelAsync(task);
        var track = new Track
        {
            LabelId = label,
            Frame = 1,
            Group = 4,
            Keyframes = [Key(1, 0), Key(3, 20) with { Rotation = 30 }, Key(5, 80) with { Outside = true }],
        };
        await bench.StoreAsync(store => store.CreateAsync(task.Jobs[0].Id, bench.Ann.Id, new JobAnnotations(0, [], [Box(2, 90) with { LabelId = label }], [track]), null, TestContext.Current.CancellationToken));
        var (_, content) = await bench.ExportAsync("task", task.Id, Video, images: false);

        var import = await bench.ImportAsync("task", task.Id, Video, content);

        Assert.True(import.State == OperationState.Finished, import.Message);
        var after = await bench.AnnotationsAsync(task.Jobs[0].Id);
        Assert.Empty(after.Shapes);
        Assert.Equal(
            ["g4: 1 0 r0 False, 3 20 r30 False, 5 80 r0 True", "g0: 2 90 r0 False, 3 90 r0 True"],
            after.Tracks.Select(back => $"g{back.Group}: " + string.Join(", ", back.Keyframes.Select(key => $"{key.Frame} {key.Points[0]} r{key.Rotation} {key.Outside}"))));
    }

    [Fact]
    public async Task A_track_that_two_jobs_followed_leaves_as_one_and_is_cut_again_at_their_border()
    {
        var task = await TaskAsync(overlap: true);
        var label = await LabelAsync(task);
        await DrawAsync(0, Key(0, 0), Key(2, 20));
        await DrawAsync(1, Key(2, 20), Key(5, 50));
        var (_, content) = await bench.ExportAsync("task", task.Id, Video, images: false);

        var (tracks, _) = await FormatFiles.TracksAsync(Video, content);
        var import = await bench.ImportAsync("task", task.Id, Video, content);

        Assert.Equal([(0, 0d), (2, 20), (4, 40), (5, 50)], Assert.Single(tracks).Keyframes.Select(key => (key.Frame, key.Points[0])));
        Assert.True(import.State == OperationState.Finished, import.Message);
        Assert.Equal([0, 2], Assert.Single((await bench.AnnotationsAsync(task.Jobs[0].Id)).Tracks).Keyframes.Select(key => key.Frame));
        Assert.Equal([2, 4, 5], Assert.Single((await bench.AnnotationsAsync(task.Jobs[1].Id)).Tracks).Keyframes.Select(key => key.Frame));

        Task DrawAsync(int job, params Keyframe[] keyframes) => bench.StoreAsync(store => store.CreateAsync(
            task.Jobs[job].Id, bench.Ann.Id,
            new JobAnnotations(0, [], [], [new Track { LabelId = label, Frame = keyframes[0].Frame, Keyframes = keyframes }]), null, TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("""<annotations><image id="0" name="0.jpg"><box label="ghost" xtl="0" ytl="0" xbr="1" ybr="1"/><tag label="unicorn"/></image></annotations>""", "\"ghost\"")]
    [InlineData("""<annotations><image id="0" name="elsewhere.jpg"><box label="car" xtl="0" ytl="0" xbr="1" ybr="1"/></image></annotations>""", "None of the 1 images")]
    [InlineData("<!DOCTYPE a><annotations/>", "DOCTYPE")]
    [InlineData("<annotations><image", "cannot be read as XML")]
    public async Task A_file_that_does_not_fit_is_refused_with_the_reason_and_changes_nothing(string xml, string reason)
    {
        var task = await TaskAsync();
        await AddAsync(task, task.Jobs[0].Id, Box(0, 10));

        var operation = await bench.ImportAsync("task", task.Id, "CVAT 1.1", Encoding.UTF8.GetBytes(xml), "a.xml");

        Assert.Equal(OperationState.Failed, operation.State);
        Assert.Contains(reason, operation.Message, StringComparison.Ordinal);
        Assert.Single((await bench.AnnotationsAsync(task.Jobs[0].Id)).Shapes);
    }

    [Fact]
    public async Task A_dataset_without_images_makes_no_task_and_leaves_nothing()
    {
        var project = await bench.Given.ProjectAsync(bench.Ann);
        var xml = """<annotations><image id="0" name="0.jpg"><box label="ghost" xtl="0" ytl="0" xbr="1" ybr="1"/></image></annotations>""";

        var operation = await bench.ImportAsync("project", project.Id, "CVAT 1.1", Encoding.UTF8.GetBytes(xml), "a.xml");

        Assert.Equal(OperationState.Failed, operation.State);
        await using var db = bench.Database.CreateContext();
        Assert.False(await db.Tasks.AnyAsync(task => task.ProjectId == project.Id, TestContext.Current.CancellationToken));
        Assert.False(await db.Labels.AnyAsync(label => label.ProjectId == project.Id, TestContext.Current.CancellationToken));
    }

    private Task<AnnotationTask> TaskAsync(bool overlap = false) => bench.SixFramesAsync(overlap);

    private Task AddAsync(AnnotationTask task, int jobId, params Shape[] shapes) => bench.AddAsync(task, jobId, shapes);

    private Task<int> LabelAsync(AnnotationTask task) => bench.LabelAsync(task);

    private static Shape Box(int frame, double x) => new() { Frame = frame, Kind = ShapeKind.Rectangle, Points = [x, 20, x + 30, 60] };

    private static Keyframe Key(int frame, double x) => new() { Frame = frame, Kind = ShapeKind.Rectangle, Points = [x, 20, x + 30, 60] };
}
