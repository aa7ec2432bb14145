using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Annotator.Core.Jobs;

internal sealed class AnnotationJobMapping : IEntityTypeConfiguration<AnnotationJob>
{
    public void Configure(EntityTypeBuilder<AnnotationJob> builder)
    {
        // Not the row's version: saving annotations advances the revision in the same row all the time, and must not make a
        // change of these stale. What people change is guarded by what they saw of it.
        builder.Property(job => job.Stage).IsConcurrencyToken();
        builder.Property(job => job.State).IsConcurrencyToken();
        builder.Property(job => job.AssigneeId).IsConcurrencyToken();
        builder.Ignore(job => job.Frames);
        builder.HasOne(job => job.Task).WithMany(task => task.Jobs).HasForeignKey(job => job.TaskId).OnDelete(DeleteBehavior.Cascade);
        builder.HasOne(job => job.Assignee).WithMany().HasForeignKey(job => job.AssigneeId).OnDelete(DeleteBehavior.SetNull);
    }
}
