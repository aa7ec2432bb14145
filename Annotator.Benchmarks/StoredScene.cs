using Annotator.Core;
using Annotator.Core.Annotations;
using Annotator.Core.Datasets;
using Annotator.Core.Identity;
using Annotator.Core.Jobs;
using Annotator.Core.Media;
using Annotator.Core.Projects;
using Annotator.Core.Tasks;
using Annotator.Formats;
using Annotator.Formats.Model;
using Annotator.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Annotator.Benchmarks;

/// <summary>A task of 10,000 frames in 20 jobs with 1,000,000 shapes, in a PostgreSQL of its own.</summary>
internal sealed class StoredScene : IAsyncDisposable
{
    private const int Frames = 10_000;
    private const int JobCount = 20;
    private readonly PostgresServer _server;
    private readonly ServiceProvider _services;
    private readonly AsyncServiceScope _scope;
    private int _taskId;

    private StoredScene(PostgresServer server, ServiceProvider services) =>
        (_server, _services, _scope) = (server, services, services.CreateAsyncScope());

    public static async Task<StoredScene> CreateAsync(Func<int, IEnumerable<DatasetShape>> shapesOfFrame, CancellationToken cancel)
    {
        var server = await PostgresServer.StartAsync(durable: false, cancel);
        var services = new ServiceCollection()
            .AddSingleton(TimeProvider.System)
            .AddDbContext<AnnotatorDbContext>(options => options.UseNpgsql(server.ConnectionString))
            .AddScoped<AnnotationStore>()
            .BuildServiceProvider();
        var scene = new StoredScene(server, services);
        await scene.FillAsync(shapesOfFrame, cancel);
        return scene;
    }

    /// <summary>The task as an export reads it, without images.</summary>
    public async Task<IDatasetSource> OpenAsync(CancellationToken cancel)
    {
        var catalog = new DatasetCatalog(
            _scope.ServiceProvider.GetRequiredService<AnnotatorDbContext>(),
            new NoPixels(),
            _services.GetRequiredService<IServiceScopeFactory>(),
            TimeProvider.System);
        return (await catalog.OpenTaskAsync(_taskId, cancel))!;
    }

    public async ValueTask DisposeAsync()
    {
        await _scope.DisposeAsync();
        await _services.DisposeAsync();
        await _server.DisposeAsync();
    }

    private async Task FillAsync(Func<int, IEnumerable<DatasetShape>> shapesOfFrame, CancellationToken cancel)
    {
        var db = _scope.ServiceProvider.GetRequiredService<AnnotatorDbContext>();
        await db.Database.MigrateAsync(cancel);
        var user = new User { UserName = "benchmark" };
        var project = new Project { Name = "Benchmark" };
        project.Labels.AddRange(Enumerable.Range(0, 20).Select(number => new Label { Name = $"label {number}", Color = "#0072b2" }));
        var task = new AnnotationTask { Name = "Benchmark", Project = project, Mode = "annotation", Data = new TaskData { Size = Frames, StopFrame = Frames - 1, ChunkSize = 36 } };
        var jobs = new FrameRange(0, Frames - 1).Split(Frames / JobCount, 0)
            .Select(range => new AnnotationJob { Task = task, StartFrame = range.First, StopFrame = range.Last })
            .ToList();
        db.AddRange([user, .. jobs]);
        await db.SaveChangesAsync(cancel);
        _taskId = task.Id;
        db.AddRange(Enumerable.Range(0, Frames).Select(number => new Frame
        {
            DataId = task.Data!.Id, Number = number, Name = $"images/{number:D6}.jpg", Width = 1920, Height = 1080, ContentType = "image/jpeg",
        }));
        await db.SaveChangesAsync(cancel);
        var labels = project.Labels.ToDictionary(label => label.Name, label => label.Id);
        db.ChangeTracker.Clear();
        var store = _scope.ServiceProvider.GetRequiredService<AnnotationStore>();
        foreach (var job in jobs)
        {
            await store.AppendAsync(job.Id, user.Id, Objects(job, labels, shapesOfFrame).ToAsyncEnumerable(), replace: true, cancel);
        }
    }

    private static IEnumerable<AnnotationObject> Objects(AnnotationJob job, Dictionary<string, int> labels, Func<int, IEnumerable<DatasetShape>> shapesOfFrame) =>
        Enumerable.Range(job.StartFrame, job.Frames.Count).SelectMany(frame => shapesOfFrame(frame).Select(shape => new Shape
        {
            Frame = frame, LabelId = labels[shape.Label], Kind = shape.Kind, Points = [.. shape.Points],
        }));

    /// <summary>An export without images opens no blob; one that does is a mistake and is told so.</summary>
    private sealed class NoPixels : IFramePixels
    {
        public Task<Stream?> OpenAsync(Frame frame, CancellationToken cancel) =>
            throw new InvalidOperationException($"The export touched the picture of frame {frame.Number}.");
    }
}
