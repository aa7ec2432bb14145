using System.IO.Compression;
using Annotator.Core.Annotations;
using Annotator.Core.Datasets;
using Annotator.Core.Jobs;
using Annotator.Core.Operations;
using Annotator.Core.Tasks;
using Annotator.Formats.Model;
using Annotator.Tests.Unit.Media;
using Microsoft.EntityFrameworkCore;
using FormatFiles = Annotator.Tests.Formats.DatasetFiles;

namespace Annotator.Tests.Api.Datasets;

/// <summary>What of projects, tasks and jobs leaves, and in which form.</summary>
public sealed class ExportChoicesTests(DatasetBench bench) : IClassFixture<DatasetBench>
{
    private const string Cvat = "CVAT for images 1.1";

    [Fact]
    public async Task Only_the_frames_of_completed_or_of_accepted_jobs_leave()
    {
        var task = await bench.SixFramesAsync(overlap: true);
        await bench.AddAsync(task, task.Jobs[0].Id, DatasetBench.Box(0, 10), DatasetBench.Box(2, 10));
        await bench.AddAsync(task, task.Jobs[1].Id, DatasetBench.Box(2, 200), DatasetBench.Box(4, 10));
        await SetAsync(task.Jobs[1].Id, JobStage.Annotation, JobState.Completed);

        Assert.Equal(["2.jpg 200", "3.jpg ", "4.jpg 10", "5.jpg "], await ExportAsync("task", task.Id, new ExportChoices { Jobs = ExportedJobs.Completed }));
        var none = await bench.ExportAsync("task", task.Id, Cvat, new ExportChoices { Jobs = ExportedJobs.Accepted });
        Assert.Equal(OperationState.Failed, none.Operation.State);
        Assert.Contains("accepted", none.Operation.Message, StringComparison.Ordinal);

        await SetAsync(task.Jobs[0].Id, JobStage.Acceptance, JobState.Completed);
        Assert.Equal(["0.jpg 10", "1.jpg ", "2.jpg 10", "3.jpg "], await ExportAsync("task", task.Id, new ExportChoices { Jobs = ExportedJobs.Accepted }));
    }

    [Fact]
    public async Task Only_annotated_frames_of_wanted_labels_and_subsets_leave_and_no_deleted_ones()
    {
        var project = await bench.Given.ProjectAsync(bench.Ann, labels: ["car", "bus"]);
        var (train, test) = (await bench.SixFramesAsync(project: project, subset: "train"), await bench.SixFramesAsync(project: project, subset: "test"));
        await bench.AddAsync(train, train.Jobs[0].Id, DatasetBench.Box(0, 10), DatasetBench.Box(1, 10), DatasetBench.Box(5, 10));
        await bench.AddAsync(test, test.Jobs[0].Id, DatasetBench.Box(3, 10));
        await using (var db = bench.Database.CreateContext())
        {
            await db.TaskData.Where(data => data.TaskId == train.Id).ExecuteUpdateAsync(row => row.SetProperty(data => data.DeletedFrames, new[] { 5 }), TestContext.Current.CancellationToken);
        }

        Assert.Equal(["0.jpg 10", "1.jpg 10", "3.jpg 10"], await ExportAsync("project", project.Id, new ExportChoices { OnlyAnnotated = true }));
        Assert.Equal(["3.jpg 10"], await ExportAsync("project", project.Id, new ExportChoices { OnlyAnnotated = true, Subsets = ["test"] }));
        Assert.Empty(await ExportAsync("project", project.Id, new ExportChoices { OnlyAnnotated = true, Labels = ["bus"] }));
        Assert.Equal(["0.jpg 10", "1.jpg 10"], await ExportAsync("project", project.Id, new ExportChoices { OnlyAnnotated = true, TaskIds = [train.Id] }));
        Assert.Equal(["3.jpg 10"], await ExportAsync("project", project.Id, new ExportChoices { OnlyAnnotated = true, JobIds = [test.Jobs[0].Id] }));
    }

    [Fact]
    public async Task Tracks_leave_with_every_frame_or_with_their_keyframes_only()
    {
        var task = await bench.SixFramesAsync();
        await bench.AddAsync(task, task.Jobs[0].Id, DatasetBench.Box(2, 200));
        Keyframe[] keyframes = [.. new[] { (0, 10), (4, 50) }.Select(at => new Keyframe { Frame = at.Item1, Kind = ShapeKind.Rectangle, Points = DatasetBench.Box(0, at.Item2).Points })];
        var track = new Track { LabelId = await bench.LabelAsync(task), Frame = 0, Keyframes = keyframes };
        await bench.StoreAsync(store => store.CreateAsync(task.Jobs[0].Id, bench.Ann.Id, new JobAnnotations(0, [], [], [track]), null, TestContext.Current.CancellationToken));

        Assert.Equal(["0.jpg 10", "1.jpg 20", "2.jpg 200 30", "3.jpg 40", "4.jpg 50", "5.jpg 50"], await ExportAsync("task", task.Id, new ExportChoices()));
        Assert.Equal(["0.jpg 10", "1.jpg ", "2.jpg 200", "3.jpg ", "4.jpg 50", "5.jpg "], await ExportAsync("task", task.Id, new ExportChoices { OnlyKeyframes = true }));
    }

    [Theory]
    [InlineData(false, true)]
    [InlineData(true, false)]
    public async Task Faces_leave_with_their_labels_or_as_the_benchmark_has_them(bool official, bool hasLabels)
    {
        var task = await bench.SixFramesAsync();
        await bench.AddAsync(task, task.Jobs[0].Id, DatasetBench.Box(0, 10));

        var (operation, content) = await bench.ExportAsync("task", task.Id, "WiderFace 1.0", new ExportChoices { OnlyAnnotated = true, OfficialWiderFace = official });

        Assert.True(operation.State == OperationState.Finished, operation.Message);
        Assert.Equal(hasLabels, FormatFiles.Unzip(content).Any(file => file.Name == "labels.txt"));
        Assert.Contains("10 20 30 40 ", FormatFiles.Entry(content, "wider_face_split/wider_face_default_bbx_gt.txt"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Cvat)]
    [InlineData("CVAT for video 1.1")]
    [InlineData("COCO 1.0")]
    public async Task Tasks_and_jobs_from_anywhere_leave_in_one_archive_with_the_labels_of_all(string format)
    {
        var project = await bench.Given.ProjectAsync(bench.Ann, labels: ["car", "bus"]);
        var (one, two, alone) = (await bench.SixFramesAsync(project: project), await bench.SixFramesAsync(overlap: true, project: project), await bench.SixFramesAsync());
        await bench.AddAsync(one, one.Jobs[0].Id, DatasetBench.Box(0, 10));
        await bench.AddAsync(two, two.Jobs[0].Id, DatasetBench.Box(0, 20));
        await bench.AddAsync(two, two.Jobs[1].Id, DatasetBench.Box(4, 30));
        await bench.AddAsync(alone, alone.Jobs[0].Id, DatasetBench.Box(1, 40));

        var (operation, content) = await bench.ExportAsync("selection", null, format, new ExportChoices { TaskIds = [one.Id, alone.Id], JobIds = [two.Jobs[1].Id] });

        Assert.True(operation.State == OperationState.Finished, operation.Message);
        Assert.Matches("^selection_annotations_.*zip$", operation.ResultName!);
        var (info, items, _) = await FormatFiles.ReadAsync(format.StartsWith("CVAT", StringComparison.Ordinal) ? "CVAT 1.1" : format, content);
        Assert.Equal([10, 30, 40], items.SelectMany(item => item.Shapes).Where(shape => shape.Keyframe || shape.TrackId is null).Select(shape => (int)shape.Points[0]).Distinct().Order());
        Assert.Equal(["bus", "car"], info.Labels.Select(label => label.Name).Order(StringComparer.Ordinal));
        if (format != "CVAT for video 1.1")
        {
            Assert.Equal(6 + 4 + 6, items.Count);
        }
    }

    [Theory]
    [InlineData("jpeg", ".jpg", 100)]
    [InlineData("webp", ".webp", 100)]
    [InlineData("jpeg", ".jpg", null)]
    public async Task Images_leave_smaller_and_in_another_form_with_annotations_that_fit_them(string form, string extension, int? size)
    {
        var task = await bench.SixFramesAsync();
        await PutImagesAsync(task);
        await bench.AddAsync(task, task.Jobs[0].Id, DatasetBench.Box(0, 100));

        var (operation, content) = await bench.ExportAsync("task", task.Id, Cvat, new ExportChoices { Images = new ExportImages(size, form, 80) }, images: true);

        Assert.True(operation.State == OperationState.Finished, operation.Message);
        var (_, items, _) = await FormatFiles.ReadAsync("CVAT 1.1", content);
        var factor = size is null ? 1 : 0.25;
        Assert.Equal(["0" + extension, "1" + extension], items.Select(item => item.Name).Take(2));
        Assert.Equal((int)Math.Round(400 * factor), items[0].Width);
        Assert.Equal([100 * factor, 20 * factor, 130 * factor, 60 * factor], items[0].Shapes.Single().Points.Select(number => Math.Round(number, 2)));
        using var zip = new ZipArchive(new MemoryStream(content));
        var image = zip.Entries.Single(entry => entry.Name == "0" + extension);
        using var bytes = new MemoryStream();
        await (await image.OpenAsync(TestContext.Current.CancellationToken)).CopyToAsync(bytes, TestContext.Current.CancellationToken);
        using var decoded = NetVips.Image.NewFromBuffer(bytes.ToArray());
        Assert.Equal((items[0].Width, items[0].Height), (decoded.Width, decoded.Height));
        Assert.StartsWith(form, decoded.Get("vips-loader") as string, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_damaged_image_leaves_as_a_grey_one_and_is_reported()
    {
        var task = await bench.SixFramesAsync();
        await PutImagesAsync(task);
        await bench.Worker.Blobs.WriteAsync($"tests/{task.Id}/3", new MemoryStream([1, 2, 3]), TestContext.Current.CancellationToken);

        var (operation, content) = await bench.ExportAsync("task", task.Id, Cvat, new ExportChoices { Images = new ExportImages(100, "jpeg", 80) }, images: true);

        Assert.True(operation.State == OperationState.Finished, operation.Message);
        Assert.Contains("image-unreadable", operation.Report!, StringComparison.Ordinal);
        using var zip = new ZipArchive(new MemoryStream(content));
        Assert.Equal(6, zip.Entries.Count(entry => entry.Name.EndsWith(".jpg", StringComparison.Ordinal)));
    }

    private async Task PutImagesAsync(AnnotationTask task)
    {
        var image = Images.Encoded(".png", 400, 300);
        await using var db = bench.Database.CreateContext();
        foreach (var frame in await db.Frames.Where(frame => frame.DataId == task.Data!.Id).ToListAsync(TestContext.Current.CancellationToken))
        {
            frame.BlobKey = $"tests/{task.Id}/{frame.Number}";
            await bench.Worker.Blobs.WriteAsync(frame.BlobKey, new MemoryStream(image), TestContext.Current.CancellationToken);
        }

        await db.SaveChangesAsync(TestContext.Current.CancellationToken);
    }

    private async Task<List<string>> ExportAsync(string target, int id, ExportChoices choices)
    {
        var (operation, content) = await bench.ExportAsync(target, id, Cvat, choices);
        Assert.True(operation.State == OperationState.Finished, operation.Message);
        var (_, items, _) = await FormatFiles.ReadAsync("CVAT 1.1", content);
        return [.. items.Select(item => $"{item.Name} {string.Join(' ', item.Shapes.Select(shape => shape.Points[0]))}")];
    }

    private async Task SetAsync(int jobId, JobStage stage, JobState state)
    {
        await using var db = bench.Database.CreateContext();
        await db.Jobs.Where(job => job.Id == jobId).ExecuteUpdateAsync(row => row.SetProperty(job => job.Stage, stage).SetProperty(job => job.State, state));
    }
}
