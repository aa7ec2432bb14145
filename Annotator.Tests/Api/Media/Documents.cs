using Annotator.Core.Media;
using Annotator.Core.Operations;
using Annotator.Tests.Unit.Media;
using Annotator.Worker.Media;
using Microsoft.Extensions.DependencyInjection;

namespace Annotator.Tests.Api.Media;

/// <summary>PDF documents as tasks: each page is a frame.</summary>
public sealed class Documents(MediaBench bench) : IClassFixture<MediaBench>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Pages_become_frames_and_show_their_own_pixels_whether_sent_alone_or_in_an_archive(bool archived)
    {
        Pdfs.Tools();
        var book = Pdfs.Of(Pdfs.Red, Pdfs.Blue, Pdfs.Red);
        var file = archived ? ("x.zip", Archives.Zip(("book.pdf", book), ("z.png", Images.Encoded(".png")))) : ("book.pdf", book);
        var task = await bench.TaskAsync(2, 0, archived ? [file] : [file, ("z.png", Images.Encoded(".png"))]);

        var prepared = await bench.PrepareAsync(task);

        Assert.Equal((OperationState.Finished, ""), (prepared.Operation.State, prepared.Operation.Message));
        Assert.Equal("book/page_0001.jpg book/page_0002.jpg book/page_0003.jpg z.png", prepared.Names);
        Assert.Equal("0-1 2-3", prepared.Ranges);
        Assert.Equal("annotation", prepared.Task.Mode);
        Assert.Equal([(400, 200), (400, 200), (400, 200), (60, 40)], prepared.Frames.Select(frame => (frame.Width, frame.Height)));
        Assert.Equal((0, 254), await RedAndBlueAsync(prepared, 1));
        Assert.Equal((254, 0), await RedAndBlueAsync(prepared, 2));
        var media = bench.Worker.Services.GetRequiredService<FrameMedia>();
        Assert.NotNull(await media.PreviewAsync(task.Id, 0, Cancel));
        Assert.NotNull(await media.FrameAsync(task.Id, 1, 160, Cancel));
        Assert.NotNull(await media.ChunkAsync(task.Id, 0, 3, original: true, Cancel));
        Assert.NotNull(await media.TilesAsync(task.Id, 2, Cancel));
    }

    [Fact]
    public async Task Start_stop_and_step_count_pages_and_a_document_sent_again_adds_none()
    {
        Pdfs.Tools();
        var book = Pdfs.Of(Pdfs.Red, Pdfs.Blue, Pdfs.Red, Pdfs.Blue);
        var task = await bench.TaskAsync(0, 0, ("book.pdf", book));
        var prepared = await bench.PrepareAsync(task, new CreateTaskArguments { StartFrame = 1, Step = 2 });

        Assert.Equal("book/page_0002.jpg book/page_0004.jpg", prepared.Names);
        Assert.Equal((0, 254), await RedAndBlueAsync(prepared, 1));
    }

    [Fact]
    public async Task A_locked_and_a_broken_document_are_named_and_the_others_are_taken()
    {
        Pdfs.Tools();
        var task = await bench.TaskAsync(0, 0, ("a.pdf", Pdfs.Of(Pdfs.Red)), ("broken.pdf", Pdfs.Of(Pdfs.Red)[..200]), ("locked.pdf", Pdfs.Locked()));

        var prepared = await bench.PrepareAsync(task);

        Assert.Equal((OperationState.Finished, "a/page_0001.jpg"), (prepared.Operation.State, prepared.Names));
        Assert.Contains("broken.pdf cannot be decoded", prepared.Operation.Message);
        Assert.Contains("locked.pdf is a PDF document that is locked with a password", prepared.Operation.Message);
        Assert.Single(await bench.KeysAsync(DataKeys.TaskUploads(task.Id)));
    }

    private async Task<(int Red, int Blue)> RedAndBlueAsync(Prepared prepared, int frame)
    {
        await using var picture = await bench.Worker.Services.GetRequiredService<IFramePixels>().OpenAsync(prepared.Frames.Single(one => one.Number == frame), Cancel);
        using var copy = new MemoryStream();
        await picture!.CopyToAsync(copy, Cancel);
        var pixel = Images.PixelOf(copy.ToArray(), 100, 100);
        return ((int)pixel[0], (int)pixel[2]);
    }
}
